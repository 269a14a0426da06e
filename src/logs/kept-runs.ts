import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eachLine } from './each-line.ts';
import { BETWEEN_TIMES_MS, type LogTime, readLogTimes } from './log-times.ts';
import { inOrder, readRunOrder } from './run-order.ts';

const NEWLINE = 0x0a;
const PART = /^(.+?)(?:\.(\d+))?\.log$/;

/** Lists the runs that a folder of logs has output of, oldest first: `20261120T100000Z-ea732e11`. */
export const listKeptRuns = (folder: string): readonly string[] => {
  const runs = processesIn(folder).flatMap((process) =>
    entriesOf(join(folder, process)).flatMap((entry) => PART.exec(entry)?.[1] ?? []),
  );
  return inOrder(new Set(runs), readRunOrder(folder));
};

/** Lists the processes that a run has output of, in alphabetical order. */
export const processesOfRun = (folder: string, run: string): readonly string[] =>
  processesIn(folder)
    .filter((process) => partsOf(folder, process, run).length > 0)
    .sort();

/**
 * Reads the kept lines of a process in a run, oldest first, without their newlines. `since`, in milliseconds since
 * 1970, leaves out older lines; up to a second more may come. Returns null if `since` is given and the times are not
 * known.
 */
export const readKeptLines = (
  folder: string,
  process: string,
  run: string,
  since: number | null,
): readonly Buffer[] | null => {
  const parts = partsOf(folder, process, run);
  const times = since === null ? [] : readLogTimes(join(folder, process, `${run}.times`));
  if (times === null) return null;
  const newest = times.at(-1)?.file ?? 0;
  const lines: Buffer[] = [];
  for (const [at, path] of parts.entries()) {
    const file = newest - (parts.length - 1 - at);
    const own = times.filter((one) => one.file === file);
    const bytes = since === null ? readFileSync(path) : readSince(path, own, since, file === newest);
    eachLine(bytes, (line) => lines.push(line));
  }
  return lines;
};

const readSince = (path: string, times: readonly LogTime[], since: number, isNewest: boolean): Buffer => {
  // The guard of a killed supervisor notes no time for what it adds to the newest file.
  const end = isNewest ? statSync(path).mtimeMs : 0;
  const start = times.find(
    ({ time }, at) => Math.max(time + BETWEEN_TIMES_MS, at === times.length - 1 ? end : 0) > since,
  );
  const bytes = readFileSync(path);
  if (start === undefined) return bytes.subarray(bytes.length);
  // A line belongs to the time at which it began.
  return bytes.subarray(bytes.subarray(0, start.offset).lastIndexOf(NEWLINE) + 1);
};

const processesIn = (folder: string): readonly string[] =>
  entriesOf(folder).filter((entry) => /^[a-z0-9-]+$/.test(entry));

/** Log files of a run, oldest first: `<run>.2.log`, `<run>.1.log`, `<run>.log`. */
const partsOf = (folder: string, process: string, run: string): readonly string[] =>
  entriesOf(join(folder, process))
    .map((entry) => ({ entry, match: PART.exec(entry) }))
    .filter(({ match }) => match?.[1] === run)
    .sort((one, other) => Number(other.match?.[2] ?? 0) - Number(one.match?.[2] ?? 0))
    .map(({ entry }) => join(folder, process, entry));

const entriesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
