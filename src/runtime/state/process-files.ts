import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { HeldFolder } from '../../files/held-folder.ts';
import type { FileSpec, MountSpec } from '../../model/pod-spec.ts';
import type { WriteFiles } from '../runner-context.ts';
import { holdStateFolder } from './hold-state-folder.ts';
import { runFolderPath, type StateFolder, unusableFolder } from './state-folder.ts';

/**
 * Makes the writer of a run. It writes the files of processes into private folders, `runs/<run>/files/<process>`, which
 * are removed with the run. A reader of a file sees the old content or the new, never a part, unless the file is mounted
 * and its process runs. Without `only` it writes all files, and removes others from the folder.
 *
 * @example
 * const failure = filesWriter(state, runId)(process);
 */
export const filesWriter =
  (state: StateFolder, runId: string): WriteFiles =>
  (process, only) => {
    const { name, files } = process;
    const place = ['runs', runId, 'files', name];
    try {
      using folder = holdStateFolder(state, place, { make: true });
      if (process.launch.command.kind === 'container') letOthersIn(folder);
      if (only === undefined) writeAll(folder, files);
      else rewrite(folder, process, only);
      return null;
    } catch (error) {
      return unusableFolder(join(runFolderPath(state.path, runId), 'files', name), error);
    }
  };

/** A container may run as any user. On this machine, the folders above keep everybody else out. */
const letOthersIn = (folder: HeldFolder): void => chmodSync(folder.at('.'), 0o755);

const writeAll = (folder: HeldFolder, files: readonly FileSpec[]): void => {
  const names = new Set(files.map(({ name }) => name));
  const gone = folder.list().filter((name) => !names.has(name));
  for (const name of gone) if (folder.look(name)?.isDirectory() === false) folder.remove(name);
  for (const { name, content, mode } of files) folder.replace(name, content, mode);
};

/** A mount of the kernel shows a file itself, and never the one that replaces it. */
const rewrite = (folder: HeldFolder, process: WrittenProcess, only: readonly string[]): void => {
  const mounted = new Set(mountsOfKernel(process).map(({ source }) => source));
  for (const { name, path, content, mode } of process.files.filter((file) => only.includes(file.name)))
    if (mounted.has(path) && folder.look(name)?.isFile() === true) folder.overwrite(name, content, mode);
    else folder.replace(name, content, mode);
};

type WrittenProcess = Parameters<WriteFiles>[0];

const mountsOfKernel = ({ launch: { command }, isolation }: WrittenProcess): readonly MountSpec[] =>
  command.kind === 'container' ? command.mounts : (isolation?.mounts ?? []);
