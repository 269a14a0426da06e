import type { Project } from '../../support/project.ts';

/** What a tool is to run: lines without quotes or variables, by name. */
export interface Work {
  readonly lines: ReadonlyMap<string, string>;
  /** Whether what ends is to be started again at once. */
  readonly restart: boolean;
  /** Whether what the processes print is wanted on the tool's stdout. */
  readonly output: boolean;
}

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Tool {
  readonly name: string;
  /** What asks it to stop all and end. */
  readonly stopSignal: NodeJS.Signals;
  /** False: it ends when a process does. */
  readonly restarts: boolean;
  /** False: what processes print is not collected on its stdout. */
  readonly printsOutput: boolean;
  /** In the command of the tool's own process, where a terminal's program stands in front of it. */
  readonly behind?: string;
  /** Writes what the tool wants to read. */
  prepare(project: Project, work: Work): Promise<Launch>;
}
