import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eachLine } from './each-line.ts';

const PART = /^(.+?)(?:\.(\d+))?\.log$/;

/** The runs that a folder of logs has something of, oldest first: `20261120T100000Z-ea732e11`. */
export const listKeptRuns = (folder: string): readonly string[] => {
  const runs = processesIn(folder).flatMap((process) =>
    entriesOf(join(folder, process)).flatMap((entry) => PART.exec(entry)?.[1] ?? []),
  );
  return [...new Set(runs)].sort();
};

/** The processes that a run has output of, in alphabetical order. */
export const processesOfRun = (folder: string, run: string): readonly string[] =>
  processesIn(folder)
    .filter((process) => partsOf(folder, process, run).length > 0)
    .sort();

/** The lines that are kept of a process's output in a run, oldest first, without their newlines. */
export const readKeptLines = (folder: string, process: string, run: string): readonly Buffer[] => {
  const lines: Buffer[] = [];
  for (const path of partsOf(folder, process, run)) eachLine(readFileSync(path), (line) => lines.push(line));
  return lines;
};

const processesIn = (folder: string): readonly string[] =>
  entriesOf(folder).filter((entry) => /^[a-z0-9-]+$/.test(entry));

/** Oldest first: `<run>.2.log`, `<run>.1.log`, `<run>.log`. */
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
