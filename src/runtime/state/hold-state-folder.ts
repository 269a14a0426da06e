import { join, relative } from 'node:path';
import { HeldFolder } from '../../files/held-folder.ts';

/** `.sidecarctl/` beside the config file: what outlives a supervisor. */
export interface StateFolder {
  /** Absolute. */
  readonly path: string;
  /** Absolute, as the user spells it. */
  readonly configFolder: string;
  /** The same with every symlink resolved when the folder was opened: deleting happens there or not at all. */
  readonly realConfigFolder: string;
}

/**
 * `.sidecarctl/`, or a folder in it, for writing: no symlink in the way is followed. Throws ENOTDIR for one. With `make`
 * what is missing is made.
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
