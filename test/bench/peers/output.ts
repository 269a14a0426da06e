import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wallClock } from '../measure.ts';
import { pause, Run } from './run.ts';
import type { Tool, Work } from './tool.ts';

const GENERATOR = fileURLToPath(new URL('../../support/numbered-lines.mjs', import.meta.url));
const BYTES = 200e6;
const LINES = BYTES / 100;
const NEWLINE = 0x0a;
const QUIET_MS = 2_000;
const GIVE_UP_MS = 90_000;
const WHOLE = /\d{9} x{89}$/;

/** The generator stays when it has written all: some tools end with the first process. */
const printingWork = (processes: number): Work => ({
  lines: new Map(
    Array.from({ length: processes }, (_, index) => [`p${index}`, `sh print.sh started/p${index}`] as const),
  ),
  restart: false,
  output: true,
});

export const compareOutput = async (tool: Tool): Promise<Record<string, number | string | null>> => ({
  '200 MB of lines from one child | MB/s': await throughput(tool, 1),
  '200 MB of lines from ten children | MB/s': await throughput(tool, 10),
});

const throughput = async (tool: Tool, processes: number): Promise<number | string | null> => {
  if (!tool.printsOutput) return null;
  await using run = await Run.start(tool, printingWork(processes), {
    stdout: 'out.txt',
    files: {
      'print.sh': `'${process.execPath}' '${GENERATOR}' ${LINES / processes} $1\nexec sleep 100000\n`,
    },
  });
  const file = run.project.path('out.txt');
  const end = await untilQuiet(file, () => run.isOver);
  const begin = Math.min(...startsIn(run.project.path('started')));
  const wrong = LINES - countLines(file);
  const speed = BYTES / 1e3 / (end - begin);
  return wrong === 0 ? speed : `${speed.toFixed(0)}, ${wrong} of ${LINES} lines lost or garbled`;
};

/** When the file grew for the last time. */
const untilQuiet = async (file: string, isOver: () => boolean): Promise<number> => {
  const startedAt = wallClock();
  let last = { size: 0, at: startedAt };
  const isQuiet = () => wallClock() - last.at > QUIET_MS && (last.size > BYTES / 100 || isOver());
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
