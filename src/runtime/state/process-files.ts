import { join } from 'node:path';
import type { FileSpec } from '../../model/pod-spec.ts';
import type { WriteFiles } from '../runner-context.ts';
import { holdStateFolder } from './hold-state-folder.ts';
import { runFolderPath, type StateFolder, unusableFolder } from './state-folder.ts';

/**
 * Makes the writer of a run. It writes the files of processes into private folders, `runs/<run>/files/<process>`, which
 * are removed with the run. A reader of a file sees the old content or the new, never a part. Without `only` it writes
 * all files, and removes others from the folder.
 *
 * @example
 * const failure = filesWriter(state, runId)(process);
 */
export const filesWriter =
  (state: StateFolder, runId: string): WriteFiles =>
  ({ name, files }, only) => {
    const chosen = only === undefined ? files : files.filter((file) => only.includes(file.name));
    try {
      write(state, ['runs', runId, 'files', name], chosen, only === undefined);
      return null;
    } catch (error) {
      return unusableFolder(join(runFolderPath(state.path, runId), 'files', name), error);
    }
  };

const write = (
  state: StateFolder,
  place: readonly string[],
  files: readonly FileSpec[],
  isWhole: boolean,
): void => {
  using folder = holdStateFolder(state, place, { make: true });
  const names = new Set(files.map(({ name }) => name));
  const gone = isWhole ? folder.list().filter((name) => !names.has(name)) : [];
  for (const name of gone) if (folder.look(name)?.isDirectory() === false) folder.remove(name);
  for (const { name, content, mode } of files) folder.replace(name, content, mode);
};
