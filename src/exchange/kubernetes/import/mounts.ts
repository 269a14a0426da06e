import { posix } from 'node:path';
import { volumePath } from '../../export/inside.ts';
import { distinctNames } from '../../form/label.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import type { ConfigFile, Mountable } from './volumes.ts';

/** A file of a container, with the path that the container has it at. */
export interface MountedFile extends ConfigFile {
  readonly name: string;
  readonly at: string;
}

export interface Mounts {
  /** Paths by volume. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Volumes by a path of theirs that only references name. */
  readonly places: ReadonlyMap<string, string>;
  readonly files: readonly MountedFile[];
}

export const mountsOf = (
  container: Data,
  mountables: ReadonlyMap<string, Mountable>,
  lost: ReportLoss,
): Mounts => {
  const volumes: Record<string, string> = {};
  const places = new Map<string, string>();
  const files: Array<Omit<MountedFile, 'name'>> = [];
  for (const mount of list(container['volumeMounts']).map(record)) {
    const what = mountables.get(text(mount['name']) ?? '');
    const at = (text(mount['mountPath']) ?? '').replace(/(?<=.)\/+$/, '');
    if (what?.kind === 'files') files.push(...filesAt(what.files, at, text(mount['subPath'])));
    if (what?.kind !== 'volume') continue;
    // Every process can use every volume; export says so at this place.
    if (at === volumePath(what.label)) places.set(at, what.label);
    else if (what.label in volumes)
      lost(`it has ${what.label} at ${volumes[what.label]} only, not at ${at}, too`, 'volumeMounts');
    else {
      volumes[what.label] = at;
      reportMount(mount, what.label, lost);
    }
  }
  const names = distinctNames(files.map(({ path }) => fileName(path)));
  return { volumes, places, files: files.map((file, index) => ({ ...file, name: names[index] ?? '' })) };
};

const reportMount = (mount: Data, label: string, lost: ReportLoss): void => {
  const part = text(mount['subPath']) ?? text(mount['subPathExpr']);
  if (part !== undefined) lost(`it has the whole volume ${label}, and not only its ${part}`, 'subPath');
};

const filesAt = (
  files: readonly ConfigFile[],
  at: string,
  part: string | undefined,
): ReadonlyArray<Omit<MountedFile, 'name'>> =>
  part === undefined
    ? files.map((file) => ({ ...file, at: posix.join(at, file.path) }))
    : files.flatMap((file) => {
        if (file.path === part) return [{ ...file, at }];
        const rest = file.path.startsWith(`${part}/`) ? file.path.slice(part.length) : null;
        return rest === null ? [] : [{ ...file, at: posix.join(at, rest) }];
      });

const fileName = (path: string): string =>
  path.replaceAll(/[^-._a-zA-Z0-9]+/g, '-').replace(/^\.(?=\.)|^-+/, '') || 'file';
