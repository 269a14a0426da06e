import { posix } from 'node:path';
import { type Inside, volumePath } from './inside.ts';
import type { Process } from './pod.ts';

/** A place where a process has a volume, or a file of its own. */
export interface OwnMount {
  /** Name of the volume; null: the files of the process. */
  readonly volume: string | null;
  /** Part that is mounted, or the name of the file; empty: all of the volume. */
  readonly part: string;
  readonly path: string;
  readonly readOnly: boolean;
}

type Volumes = readonly { readonly name: string }[];

/** Where a process wants volumes and files, besides the places that all have. */
export const ownMounts = (process: Process, volumes: Volumes, inside: Inside): readonly OwnMount[] =>
  mountsOf(process).flatMap((mount) => {
    const [source, path] = [inside.plain(mount.source), inside.plain(mount.path)];
    const shown = source === path ? null : shownBy(source, mount, process, volumes);
    if (shown === null) return [];
    const part = posix.join(shown.part, inside.plain(mount.subPath));
    return [{ volume: shown.volume, part: part === '.' ? '' : part, path, readOnly: mount.readOnly }];
  });

type Mount = Process['mounts'][number];

const mountsOf = ({ launch, mounts, isolation }: Process): readonly Mount[] =>
  launch.command.kind === 'container' ? launch.command.mounts : [...mounts, ...(isolation?.mounts ?? [])];

/** A file that another process renders is in a volume. */
const shownBy = (
  source: string,
  { kind, name }: Mount,
  { files }: Process,
  volumes: Volumes,
): Pick<OwnMount, 'volume' | 'part'> | null => {
  if (kind === 'file' && files.some((file) => file.name === name))
    return { volume: null, part: String(name) };
  const volume = volumes.find((each) => `${source}/`.startsWith(`${volumePath(each.name)}/`));
  if (volume === undefined) return null;
  return { volume: volume.name, part: posix.relative(volumePath(volume.name), source) };
};
