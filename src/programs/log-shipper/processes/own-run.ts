import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The run of the pod that a program belongs to. */
export interface OwnRun {
  readonly id: string;
  /** Name of the process in the pod: within an app, the app's name is before the one in the config. */
  readonly process: string;
  /** Absolute path of `.sidecarctl`. */
  readonly state: string;
}

/** From the path of the file of options: `.sidecarctl/runs/<run>/files/<process>/options`. */
export const ownRun = (optionsFile: string): OwnRun => {
  const run = dirname(dirname(dirname(optionsFile)));
  return { id: basename(run), process: basename(dirname(optionsFile)), state: dirname(dirname(run)) };
};

/** Folders with the output of processes: `logs`, and `logs@<label>` of pods that were started with a name of their own. */
export const logFolders = (state: string): readonly string[] => {
  try {
    return readdirSync(state)
      .filter((name) => name === 'logs' || name.startsWith('logs@'))
      .map((name) => join(state, name));
  } catch {
    return [];
  }
};
