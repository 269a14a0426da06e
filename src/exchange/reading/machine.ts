import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Everything that readers ask of the machine. Paths are absolute. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file, or null if there is none. */
  read(path: string): string | null;
  isFolder(path: string): boolean;
  isFile(path: string): boolean;
  /** Names in a folder, sorted; none if there is no such folder. */
  names(folder: string): readonly string[];
  /** Where symlinks lead; the path itself if nothing is there. */
  realPath(path: string): string;
  /** True if a program can be run by its name. */
  hasProgram(name: string): boolean;
  /** Processors that this process may use. */
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** What a file with JavaScript exports, which runs for it: its default export, if it has one. */
  evaluate(path: string): Promise<unknown>;
}

export const thisMachine: Machine = {
  env: process.env,
  cpus: availableParallelism(),
  memory: totalmem(),
  read: (path) => (isFile(path) ? readFileSync(path, 'utf8') : null),
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  isFile: (path) => isFile(path),
  names: (folder) => (thisMachine.isFolder(folder) ? readdirSync(folder).toSorted() : []),
  realPath: (path) => {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  },
  hasProgram: (name) =>
    (process.env['PATH'] ?? '').split(delimiter).some((folder) => isProgram(join(folder, name))),
  evaluate: async (path) => {
    const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
    return module.default ?? module;
  },
};

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
};

export const isThere = (machine: Machine, path: string): boolean =>
  machine.isFile(path) || machine.isFolder(path);
