import { isWithin } from './declared.ts';
import { mountedAs, mountsOf } from './declared-mounts.ts';
import type { FilledProcess } from './filled-process.ts';

interface Volume {
  readonly name: string;
  /** Absolute path of a folder that the config names; null for one in the state folder. */
  readonly path: string | null;
}

/**
 * Folders outside of the config's that containers mount at other paths: they have them only there. At its own path, a folder
 * such as /etc or /var/run would hide that of an image.
 */
export const placedVolumes = (
  volumes: readonly Volume[],
  folder: string,
  processes: readonly FilledProcess[],
): ReadonlySet<string> => {
  const outside = volumes.filter(({ path }) => path !== null && !isWithin(path, folder));
  const names = new Set(outside.map(({ name }) => name));
  const mounted = processes
    .filter(({ fields }) => fields.image !== undefined)
    .flatMap((process) => mountsOf(process).map(({ name }) => mountedAs(name, process)));
  return new Set(
    mounted.flatMap((each) => (each?.kind === 'volume' && names.has(each.volume) ? [each.volume] : [])),
  );
};
