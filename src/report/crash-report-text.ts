import { stripVTControlCharacters } from 'node:util';
import type { Role, StateName } from '../model/vocabulary.ts';
import { clockTime } from './clock-time.ts';
import { duration } from './phrases.ts';

/** The content of a crash report. Times are milliseconds since 1970, UTC. */
export interface CrashReport {
  readonly pod: string;
  readonly process: string;
  readonly role: Role;
  readonly at: number;
  /** Event that follows the name: `exited with code 1`. */
  readonly what: string;
  readonly cause: string | null;
  readonly command: string;
  readonly cwd: string;
  readonly restarts: number;
  /** Exits, newest first. */
  readonly exits: ReadonlyArray<{ readonly at: number; readonly ranFor: number; readonly text: string }>;
  readonly probes: ReadonlyArray<{
    readonly probe: string;
    readonly target: string;
    /** Results, newest first. */
    readonly history: ReadonlyArray<{ readonly at: number; readonly ok: boolean; readonly message: string }>;
  }>;
  readonly neighbours: ReadonlyArray<{ readonly name: string; readonly state: StateName }>;
  /** Its own lines and those of related processes, oldest first. */
  readonly lines: readonly CrashReportLine[];
  readonly changed: ChangedFiles;
}

export interface CrashReportLine {
  readonly time: number;
  readonly process: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

export interface ChangedFiles {
  readonly since: number;
  readonly sinceWhat: 'it was last ready' | 'it was launched' | 'the pod started';
  /** Files, newest first, with paths relative to the config's folder. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly at: number }>;
  /** False if the time ran out before all files were checked. */
  readonly isWhole: boolean;
}

/** Writes the page that people read; its first lines are the summary. */
export const crashReportText = (crashReport: CrashReport): string => {
  const { pod, process, role, at, what, cause, command, cwd, restarts } = crashReport;
  const sections = [
    `${process} (${role} of pod ${pod}) ${what}, ${new Date(at).toISOString()}`,
    ...(cause === null ? [] : [`likely cause: ${cause}`]),
    `command: ${command}\nfolder: ${cwd}\nrestarts: ${restarts}`,
    section(
      'runs, newest first',
      crashReport.exits.map((exit) => `${clockTime(exit.at)} ${exit.text} after ${duration(exit.ranFor)}`),
    ),
    ...crashReport.probes.map(({ probe, target, history }) =>
      section(
        `${probe} probe (${target}), newest first`,
        history.map(
          (change) => `${clockTime(change.at)} ${change.ok ? 'passes' : 'fails'}: ${change.message}`,
        ),
      ),
    ),
    section(
      'related processes',
      crashReport.neighbours.map(({ name, state }) => `${name} is ${state}`),
    ),
    changedText(crashReport.changed),
    section('last lines of it and related processes', crashReport.lines.map(lineText(crashReport.lines))),
  ];
  return `${sections.join('\n\n')}\n`;
};

const section = (title: string, lines: readonly string[]): string =>
  `${title}:\n${lines.length === 0 ? '  none' : lines.map((line) => `  ${line}`).join('\n')}`;

const changedText = ({ since, sinceWhat, files, isWhole }: ChangedFiles): string => {
  const lines = files.map(({ path, at }) => `${clockTime(at)} ${path}`);
  const more = isWhole ? [] : ['(the folder is too large to look through all of it)'];
  return section(`files changed since ${sinceWhat} at ${clockTime(since)}`, [...lines, ...more]);
};

const lineText = (lines: readonly CrashReportLine[]) => {
  const width = Math.max(0, ...lines.map(({ process }) => process.length));
  return ({ time, process, stream, line }: CrashReportLine): string =>
    `${clockTime(time)} ${process.padEnd(width)} ${stream === 'stderr' ? '!' : '|'} ${printable(line)}`;
};

/** Removes control sequences, so that the page cannot control the reader's terminal. */
const printable = (line: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is left of them once sequences are gone.
  stripVTControlCharacters(line).replaceAll(/[\x00-\x08\x0b-\x1f\x7f]/g, '');
