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

export interface KeptLine {
  /** Without its newline. */
  readonly line: Buffer;
  /** Milliseconds since 1970, at most a second before it was written; null if the times are not known. */
  readonly time: number | null;
}

/**
 * Reads the kept lines of a process in a run, oldest first. `since`, in milliseconds since 1970, leaves out older
 * lines; up to a second more may come. Returns null if `since` is given and the times are not known.
 */
export const readKeptLines = (
  folder: string,
  process: string,
  run: string,
  since: number | null,
): readonly KeptLine[] | null => {
  const parts = partsOf(folder, process, run);
  const times = readLogTimes(join(folder, process, `${run}.times`));
  if (times === null && since !== null) return null;
  const newest = times?.at(-1)?.file ?? 0;
  return parts.flatMap((path, at) => {
    const file = newest - (parts.length - 1 - at);
    const own = times?.filter((one) => one.file === file) ?? [];
    const bytes = readFileSync(path);
    return timedLines(bytes, since === null ? 0 : startOf(path, bytes, own, since, file === newest), own);
  });
};

export interface LineOfProcess extends KeptLine {
  readonly process: string;
}

/** Returns the newest `count` lines of several processes together, in the order of their times. */
export const newestOf = (
  processes: ReadonlyMap<string, readonly KeptLine[]>,
  count: number,
): readonly LineOfProcess[] => {
  const newest = [...processes].flatMap(([process, lines]) =>
    lastOf(lines, count).map((line) => ({ process, ...line })),
  );
  return lastOf(
    newest.sort((one, other) => (one.time ?? 0) - (other.time ?? 0)),
    count,
  );
};

const lastOf = <T>(lines: readonly T[], count: number): readonly T[] =>
  lines.slice(Math.max(0, lines.length - count));

/** A line belongs to the time at which it began. */
const timedLines = (bytes: Buffer, start: number, times: readonly LogTime[]): readonly KeptLine[] => {
  const lines: KeptLine[] = [];
  let offset = start;
  let at = 0;
  eachLine(bytes.subarray(start), (line) => {
    while ((times[at + 1]?.offset ?? Infinity) <= offset) at += 1;
    lines.push({ line, time: times[at]?.time ?? null });
    offset += line.length + 1;
  });
  return lines;
};

/** Offset of the first line that is not older than `since`. */
const startOf = (
  path: string,
  bytes: Buffer,
  times: readonly LogTime[],
  since: number,
  isNewest: boolean,
): number => {
  // The guard of a killed supervisor notes no time for what it adds to the newest file.
  const end = isNewest ? statSync(path).mtimeMs : 0;
  const start = times.find(
    ({ time }, at) => Math.max(time + BETWEEN_TIMES_MS, at === times.length - 1 ? end : 0) > since,
  );
  if (start === undefined) return bytes.length;
  return bytes.subarray(0, start.offset).lastIndexOf(NEWLINE) + 1;
};

/** Processes, and commands beside them, which have a dot in their names. */
const processesIn = (folder: string): readonly string[] =>
  entriesOf(folder).filter((entry) => /^[a-z0-9-]+(\.[a-z0-9-]+)?$/.test(entry));

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
