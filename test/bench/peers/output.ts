import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wallClock } from '../measure.ts';
import { pause, Run } from './run.ts';
import type { Tool, Work } from './tool.ts';

const GENERATOR = fileURLToPath(new URL('../../support/numbered-lines.mjs', import.meta.url));
const BYTES = 200e6;
const LINES = BYTES / 100;
const CAT_BYTES = 100e6;
const CAT_LINES = CAT_BYTES / 100;
/** Notes when it begins, and stays when it has written all: some tools end with the first process. */
const CAT = 'date +%s%3N >$1; cat lines.txt; exec sleep 100000\n';
const NEWLINE = 0x0a;
const QUIET_MS = 2_000;
const GIVE_UP_MS = 90_000;
const WHOLE = /\d{9} x{89}$/;

/** The generator stays when it has written all: some tools end with the first process. */
export const printingWork = (processes: number): Work => ({
  lines: new Map(
    Array.from({ length: processes }, (_, index) => [`p${index}`, `sh print.sh started/p${index}`] as const),
  ),
  restart: false,
  output: true,
});

export const compareOutput = async (tool: Tool): Promise<Values> => ({
  ...(await generated(tool, 1, 'one child')),
  ...(await generated(tool, 10, 'ten children')),
});

/** What a tool makes of a file that one process writes: what it costs itself, without the time of what it starts. */
export const catThrough = async (tool: Tool): Promise<Values> => ({
  ...(await ofCat(tool, true, 'into cat')),
  ...(await ofCat(tool, false, 'to a file')),
});

type Values = Readonly<Record<string, number | string | null>>;

const generated = async (tool: Tool, processes: number, name: string): Promise<Values> => {
  const wrong = (file: string) => LINES - countLines(file);
  const script = `'${process.execPath}' '${GENERATOR}' ${LINES / processes} $1\nexec sleep 100000\n`;
  const work = { work: printingWork(processes), bytes: BYTES, files: { 'print.sh': script }, wrong };
  const { speed, cpu } = await passOn(tool, work, true);
  return { [`200 MB of lines from ${name} | MB/s`]: speed, [`CPU of the tool for ${name} | s`]: cpu };
};

const ofCat = async (tool: Tool, throughCat: boolean, name: string): Promise<Values> => {
  const lines = Array.from(
    { length: CAT_LINES },
    (_, at) => `${String(at).padStart(9, '0')} ${'x'.repeat(89)}\n`,
  );
  const wrong = (file: string) => CAT_LINES - countLines(file);
  const files = { 'lines.txt': lines.join(''), 'print.sh': CAT };
  const { speed, cpu } = await passOn(
    tool,
    { work: printingWork(1), bytes: CAT_BYTES, files, wrong },
    throughCat,
  );
  return {
    [`100 MB of lines from one cat, ${name} | MB/s`]: speed,
    [`CPU of the tool for one cat, ${name} | s`]: cpu,
  };
};

export interface Printing {
  readonly work: Work;
  readonly bytes: number;
  readonly files: Readonly<Record<string, string>>;
  /** How many lines of what has arrived in a file are missing, or not as they were written. */
  readonly wrong: (file: string) => number;
}

interface PassedOn {
  readonly speed: number | string | null;
  /** Seconds, from the start of the tool. */
  readonly cpu: number | null;
}

export const passOn = async (
  tool: Tool,
  { work, bytes, files, wrong }: Printing,
  throughCat: boolean,
): Promise<PassedOn> => {
  if (!tool.printsOutput) return { speed: null, cpu: null };
  await using run = await Run.start(tool, work, { stdout: { file: 'out.txt', throughCat }, files });
  const file = run.project.path('out.txt');
  const end = await untilQuiet(file, bytes, () => run.isOver);
  const { cpu } = await run.cost();
  const begin = Math.min(...startsIn(run.project.path('started')));
  const lost = wrong(file);
  const speed = bytes / 1e3 / (end - begin);
  const words = `${speed.toFixed(0)}, ${lost} of ${bytes / 100} lines lost or garbled`;
  return { speed: lost === 0 ? speed : words, cpu: cpu / 1e3 };
};

/** When the file grew for the last time. */
const untilQuiet = async (file: string, bytes: number, isOver: () => boolean): Promise<number> => {
  const startedAt = wallClock();
  let last = { size: 0, at: startedAt };
  const isQuiet = () => wallClock() - last.at > QUIET_MS && (last.size > bytes / 100 || isOver());
  while (!isQuiet() && wallClock() - startedAt < GIVE_UP_MS) {
    const { size } = statSync(file);
    if (size !== last.size) last = { size, at: wallClock() };
    await pause(5);
  }
  return last.at;
};

const startsIn = (folder: string): readonly number[] =>
  readdirSync(folder).map((file) => Number(readFileSync(`${folder}/${file}`, 'latin1')));

/** How many lines have come as they were written, behind whatever the tool puts in front of them. */
const countLines = (file: string): number => {
  const bytes = readFileSync(file);
  let whole = 0;
  for (let from = 0, end = 0; from < bytes.length; from = end + 1) {
    end = bytes.indexOf(NEWLINE, from);
    if (end === -1) end = bytes.length;
    if (WHOLE.test(bytes.toString('latin1', from, end).trimEnd())) whole += 1;
  }
  return whole;
};
