import { median } from '../measure.ts';
import { pause, Run, residentOf } from './run.ts';
import type { Tool, Work } from './tool.ts';

const WRITERS = 4;
const MEASURED_MS = 8_000;
const LOOK_MS = 100;
/** Lines of 200 kB, without end. */
const WRITER = `my $line = 'x' x 199_999 . "\\n"; 1 while print $line;\n`;

const writing: Work = {
  lines: new Map(Array.from({ length: WRITERS }, (_, at) => [`p${at}`, 'perl long.pl'])),
  restart: false,
  output: true,
};

/** Resident bytes of a tool's own process, while four others write lines of 200 kB as fast as it takes them. */
export const residentUnderLongLines = async (tool: Tool): Promise<{ usual: number; most: number }> => {
  const stdout = { file: '/dev/null', throughCat: true };
  await using run = await Run.start(tool, writing, { stdout, files: { 'long.pl': WRITER } });
  await pause(MEASURED_MS / 4);
  const main = await run.main();
  const seen: number[] = [];
  for (let look = 0; look < MEASURED_MS / LOOK_MS; look++) {
    seen.push(residentOf(main));
    await pause(LOOK_MS);
  }
  return { usual: median(seen), most: Math.max(...seen) };
};

export const longLines = async (tool: Tool): Promise<Readonly<Record<string, number | null>>> => {
  const row = 'memory with lines of 200 kB from four | MB';
  if (!tool.printsOutput) return { [row]: null };
  return { [row]: (await residentUnderLongLines(tool)).usual / 1e6 };
};
