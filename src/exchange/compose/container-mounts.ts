import { basename, dirname, join, posix } from 'node:path';
import { volumePath } from '../export/inside.ts';
import type { Fields, Value } from '../form/found-pod.ts';
import { toLabel } from '../form/label.ts';
import type { VolumePart } from '../form/template.ts';
import type { Source } from '../format.ts';
import { record, text } from '../reading/read-yaml.ts';
import { splitShort } from './mounts.ts';

/** A volume of the pod, or a file of the process, and where a container has it. */
export interface ContainerMount {
  readonly volume: string;
  readonly fields: Fields;
  readonly place: Value;
  readonly isFile?: boolean;
}

/** Named volumes are kept, and folders from here are used as they are; of a file it is its folder, in part. */
export const containerMounts = (
  volumes: readonly unknown[],
  { folder, machine }: Source,
): readonly ContainerMount[] =>
  volumes.flatMap((entry): readonly ContainerMount[] => {
    const { source, target } = splitShort(entry);
    if (source === '' || !target.startsWith('/')) return [];
    const place = placeOf(entry, target);
    const isPath = /^(\.|\/|~)/.test(source);
    if (!isPath) return [{ volume: toLabel(source), fields: { persist: true }, place }];
    const path = source.startsWith('/') ? source : join(folder, source);
    const volume = toLabel(/\w/.test(source) ? source : target);
    if (machine.isFolder(path)) return [{ volume, fields: { path: source }, place }];
    if (machine.isFile(path)) return [fileMount(source, place)];
    return [{ volume, fields: { persist: true }, place }];
  });

const fileMount = (source: string, place: Value): ContainerMount => {
  const folder = dirname(source);
  const whole = typeof place === 'string' ? { path: place } : (place as Fields);
  return {
    volume: /\w/.test(folder) ? toLabel(folder) : 'project',
    fields: { path: folder },
    place: { ...whole, subPath: basename(source) },
  };
};

/** What has no name: paths of volumes that are the container's own. */
export const anonymousVolumes = (volumes: readonly unknown[]): readonly string[] =>
  volumes.flatMap((entry) => {
    const { source, target } = splitShort(entry);
    const isVolume = typeof entry === 'string' || record(entry)['type'] === 'volume';
    return isVolume && source === '' && target.startsWith('/') ? [target] : [];
  });

const placeOf = (entry: unknown, target: string): Value => {
  const { read_only: readOnly, volume } = record(entry);
  const subPath = text(record(volume)['subpath']);
  const isReadOnly = readOnly === true || (typeof entry === 'string' && /:ro(,|$)/.test(entry));
  if (subPath === undefined && !isReadOnly) return target;
  return {
    path: target,
    ...(subPath === undefined ? {} : { subPath }),
    ...(isReadOnly ? { readOnly: true } : {}),
  };
};

/** Volumes whose place is where every exported process has them: their paths in texts stand for them. */
export const referencesTo = (mounts: readonly ContainerMount[]): ReadonlyMap<string, VolumePart> =>
  new Map(
    mounts.filter(isAtItsPath).map(({ volume }) => [volumePath(volume), { kind: 'volume', name: volume }]),
  );

const isAtItsPath = ({ volume, place, isFile }: ContainerMount): boolean =>
  isFile !== true && place === posix.normalize(volumePath(volume));

/** Mounts as a config has them: a place, or several. */
export const mountFields = (mounts: readonly ContainerMount[]): Fields | undefined => {
  const byName = Map.groupBy(
    mounts.filter((mount) => !isAtItsPath(mount)),
    ({ volume }) => volume,
  );
  const fields = [...byName].map(([name, [first, ...others]]): readonly [string, Value | undefined] => [
    name,
    others.length === 0 ? first?.place : [first?.place ?? '', ...others.map(({ place }) => place)],
  ]);
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
};
