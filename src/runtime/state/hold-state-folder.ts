import { join, relative } from 'node:path';
import { HeldFolder } from '../../files/held-folder.ts';

/** `.sidecarctl/` beside the config file, which outlives a supervisor. */
export interface StateFolder {
  /** Absolute path. */
  readonly path: string;
  /** Absolute path, as the user spells it. */
  readonly configFolder: string;
  /** The same with every symlink resolved when the folder was opened: files are deleted there or not at all. */
  readonly realConfigFolder: string;
}

/**
 * Opens `.sidecarctl/`, or a folder in it, for writing, without following a symlink. Throws ENOTDIR for one. With
 * `make`, missing folders are created.
 *
 * @example
 * using pods = holdStateFolder(state, ['pods'], { make: true });
 */
export const holdStateFolder = (
  { path, configFolder, realConfigFolder }: StateFolder,
  below: readonly string[] = [],
  options: { readonly make?: boolean } = {},
): HeldFolder => {
  const own = join(realConfigFolder, relative(configFolder, path));
  return HeldFolder.open(realConfigFolder, join(own, ...below), options);
};
