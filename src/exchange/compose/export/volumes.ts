import { symbolsIn } from '../../../config/resolve/symbolic/fill-symbols.ts';
import { compact } from '../../export/compact.ts';
import { volumePath } from '../../export/inside.ts';
import { labelOf } from '../../export/names.ts';
import { ownMounts } from '../../export/own-mounts.ts';
import type { Part, Volume } from '../../export/parts.ts';
import type { Process } from '../../export/pod.ts';
import type { Losses, ReportLoss } from '../../form/losses.ts';
import type { Data } from './compose-file.ts';
import type { InsideService } from './inside-service.ts';
import { writtenHere } from './path-here.ts';

export interface Mount {
  readonly volume: Volume;
  /** Part of the volume; empty: all of it. */
  readonly part: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/**
 * What a service has of the volumes. A process of this machine can use each of them, at the same place as the others, and
 * a container those that the config gives it, or names.
 */
export const mountsOf = (process: Process, { volumes }: Part, inside: InsideService): readonly Mount[] => {
  const named = new Set(volumesNamedBy(process).map((name) => inside.volume(name)));
  const common = volumes
    .filter(({ name }) => process.launch.command.kind !== 'container' || named.has(volumePath(name)))
    .map((volume) => ({ volume, part: '', path: volumePath(volume.name), readOnly: false }));
  const own = ownMounts(process, volumes, inside).flatMap(({ volume: name, ...mount }) => {
    const volume = volumes.find((each) => each.name === name);
    return volume === undefined ? [] : [{ volume, ...mount }];
  });
  return [...common, ...own];
};

const volumesNamedBy = ({
  launch,
  files,
  startup,
  readiness,
  postStart,
  preStop,
  stop,
}: Process): readonly string[] => {
  const { command, cwd, env } = launch;
  const { mounts: _, ...said } = command.kind === 'container' ? command : { ...command, mounts: null };
  const values = [
    said,
    cwd,
    env.pod,
    env.own,
    env.provided,
    files,
    startup,
    readiness,
    postStart,
    preStop,
    stop,
  ];
  return symbolsIn(values).flatMap((symbol) => (symbol.is === 'volume' ? [symbol.volume] : []));
};

/** A mount of a service. A folder of this machine is there as it is: `paths` has them, as seen from the Compose file. */
export const mountOf = (mount: Mount, paths: ReadonlyMap<string, string>): string | Data => {
  const { volume, part, path, readOnly } = mount;
  const isFolder = volume.lifetime === 'external';
  const source = isFolder
    ? writtenHere(part, paths.get(volume.name) ?? '').replaceAll('$', () => '$$')
    : labelOf(volume.name);
  const target = path.replaceAll('$', () => '$$');
  // In the short form a colon separates them.
  if (!/:/.test(source + target) && (isFolder || part === ''))
    return `${source}:${target}${readOnly ? ':ro' : ''}`;
  return compact({
    ...{ type: isFolder ? 'bind' : 'volume', source, target },
    read_only: readOnly ? true : undefined,
    volume: isFolder || part === '' ? undefined : { subpath: part.replaceAll('$', () => '$$') },
  });
};

/** Compose makes no part of a volume. */
export const assumeParts = (mounts: readonly Mount[], assume: ReportLoss): void => {
  for (const { volume, part } of mounts)
    if (part !== '' && volume.lifetime !== 'external')
      assume(`its volume ${volume.name} has ${part}`, 'mounts');
};

/** Volumes of the file, without folders of this machine. */
export const volumesOf = (mounts: readonly Mount[], all: readonly Volume[], losses: Losses): Data => {
  const used = new Map(mounts.map(({ volume }) => [volume.name, volume]));
  for (const { name } of all)
    if (!used.has(name))
      losses.of(null)('no mount and no value names it, so no service has it', `volumes.${name}`);
  const named = [...used.values()].filter(({ lifetime }) => lifetime !== 'external');
  for (const { name } of named.filter(({ lifetime }) => lifetime === 'pod'))
    losses.of(null)("Compose keeps it until 'docker compose down --volumes'", `volumes.${name}`);
  return Object.fromEntries(named.map(({ name }) => [labelOf(name), {}]));
};
