import { resolve } from 'node:path';
import type { Fields, FoundProcess, Value } from '../form/found-pod.ts';
import type { Loss } from '../form/losses.ts';
import { mapTexts } from '../form/map-texts.ts';
import { type Part, Template } from '../form/template.ts';
import { isThere, type Machine } from '../reading/machine.ts';

/** The machine that a process of a container's place runs on. */
export interface LocalMachine {
  readonly machine: Machine;
  /** True if it can mount something that only one process sees. */
  readonly canMount: boolean;
  /** Absolute path of the file's folder, which the paths of volumes start from. */
  readonly folder: string;
  /** Absolute path of the folder that the process runs in. */
  readonly cwd: string;
}

interface WithMounts {
  readonly process: FoundProcess;
  readonly losses: readonly Loss[];
}

/**
 * Keeps the mounts that can be made for a process of this machine: a folder goes over a folder, a file over a file, and both
 * where nothing stands. For the others, the texts of the process get the place of the volume or of the file itself.
 */
export const withLocalMounts = (process: FoundProcess, volumes: Fields, on: LocalMachine): WithMounts => {
  const { mounts, ...rest } = process.fields;
  const places = placesIn((mounts ?? {}) as Fields, volumes).filter((place) => !isThereAnyway(place, on));
  const kept = places.filter((place) => on.canMount && isMountPoint(place, on));
  const gone = places.filter((place) => !kept.includes(place));
  const inTexts = gone.toSorted((one, other) => other.path.length - one.path.length);
  const fields = mapPaths(rest, (text) => inTexts.reduce(withPlace, [text] as readonly Part[]));
  const why = on.canMount ? IN_THE_WAY : NO_NAMESPACES;
  return {
    process: { ...process, fields: { ...fields, mounts: kept.length === 0 ? undefined : mountsOf(kept) } },
    losses: gone.map(({ path }) => ({ process: process.name, field: path, why })),
  };
};

/** Replaces in what can hold paths of this machine: those that a probe or a hook asks a server for are none. */
const mapPaths = (fields: Fields, replace: (text: string) => readonly Part[]): Fields => {
  const among = (names: readonly string[], all: Fields): Fields =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  const commands = Object.fromEntries(
    Object.entries(among(WITH_COMMANDS, fields)).map(([name, value]) => [
      name,
      isAction(value) ? { ...value, ...mapTexts(among(['exec', 'file', 'command'], value), replace) } : value,
    ]),
  );
  const lines = Object.entries(commands).filter(([, value]) => !isAction(value));
  return {
    ...fields,
    ...commands,
    ...mapTexts({ ...among(WITH_TEXTS, fields), ...Object.fromEntries(lines) }, replace),
  };
};

const WITH_TEXTS = ['env', 'files'];
const WITH_COMMANDS = ['startup', 'readiness', 'liveness', 'postStart', 'preStop', 'stop'];

const isAction = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Template);

const INSTEAD = 'its variables and files name the place itself, as VOLUME_<NAME> and FILE_<NAME> do';
const IN_THE_WAY = `what stands there on this machine is in the way, so ${INSTEAD}`;
const NO_NAMESPACES = `only Linux mounts it there for one process, so ${INSTEAD}`;

interface Place {
  /** Absolute path in the container. */
  readonly path: string;
  /** Volume or file that is there, and where it is. */
  readonly name: string;
  readonly volume: Fields | null;
  readonly subPath: string | null;
  /** As it is written. */
  readonly written: Value;
}

const placesIn = (mounts: Fields, volumes: Fields): readonly Place[] =>
  Object.entries(mounts).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((written: Value): Place => {
      const { path, subPath } = typeof written === 'string' ? { path: written } : (written as Fields);
      const volume = name in volumes ? (volumes[name] as Fields) : null;
      return {
        ...{ name, volume, written, path: String(path) },
        subPath: typeof subPath === 'string' ? subPath : null,
      };
    }),
  );

const mountsOf = (places: readonly Place[]): Fields =>
  Object.fromEntries(
    [...Map.groupBy(places, ({ name }) => name)].map(([name, same]) => {
      const [only, ...more] = same.map(({ written }) => written);
      return [name, more.length === 0 ? only : [only ?? null, ...more]];
    }),
  );

/** A folder of this machine that the container has at the same path. */
const isThereAnyway = ({ path, volume, subPath }: Place, { folder }: LocalMachine): boolean =>
  typeof volume?.['path'] === 'string' && resolve(folder, volume['path'], subPath ?? '') === resolve(path);

/** Where nothing stands, a point is made for the process. A part of a volume may be a file as well. */
const isMountPoint = ({ path, volume, subPath }: Place, { machine, folder, cwd }: LocalMachine): boolean => {
  // The process could not even begin in a folder that it does not see.
  if ([folder, cwd, '/proc', '/dev'].some((needed) => isWithin(needed, path))) return false;
  if (!isThere(machine, path)) return true;
  return volume === null
    ? machine.isFile(path)
    : machine.isFolder(path) || (subPath !== null && machine.isFile(path));
};

const isWithin = (path: string, folder: string): boolean =>
  `${path}/`.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** The path as a whole or, of a folder, the beginning of a longer one. */
const withPlace = (parts: readonly Part[], { path, name, volume, subPath }: Place): readonly Part[] => {
  const own = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\/+$/, '');
  const pattern = new RegExp(
    `(?<![\\w.-])${own}(?=${volume === null ? '(?![\\w./-])' : '(?:/|(?![\\w.-]))'})`,
  );
  const place: readonly Part[] =
    volume === null
      ? [{ kind: 'file', name }]
      : [{ kind: 'volume', name }, ...(subPath === null ? [] : [`/${subPath}`])];
  return parts.flatMap((part) =>
    typeof part !== 'string'
      ? [part]
      : part.split(pattern).flatMap((text, index) => (index === 0 ? [text] : [...place, text])),
  );
};
