import { posix } from 'node:path';
import type { FieldPath } from '../../../model/failures/config-problem.ts';
import { withNearest } from '../../../model/nearest.ts';
import type { Fields, Value } from '../../form/found-pod.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import { type Context, reportProblem } from './context.ts';
import { flagOf } from './flag-of.ts';
import type { RunVolumes } from './volumes.ts';

/** A place in a container, and the volume or the file that is seen there. */
export interface RunMount {
  /** Null for a volume without a name, which is the engine's. */
  readonly name: string | null;
  readonly path: string;
  readonly subPath?: string | undefined;
  readonly readOnly?: boolean | undefined;
  /** What it is on this machine, as an absolute path, if the file asks for that. */
  readonly source?: string;
}

/** What an entry of `volumes` says. */
interface Entry {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly subPath: string | undefined;
  /** False if a missing folder is an error. */
  readonly makesFolder: boolean;
}

/** Converts the volumes of services. */
export class ServiceMounts {
  readonly #context: Context;
  readonly #volumes: RunVolumes;

  constructor(context: Context, volumes: RunVolumes) {
    this.#context = context;
    this.#volumes = volumes;
  }

  /** Of two mounts at one path, the later one counts. */
  of(name: string, service: Data): readonly RunMount[] {
    const all = [
      ...this.#ofOthers(service, [name]),
      ...list(service['volumes']).flatMap((entry, at) =>
        this.#mount(name, readEntry(entry), ['volumes', at]),
      ),
      ...list(service['tmpfs']).map((entry) => this.#temporary(name, String(entry).split(':')[0] ?? '')),
    ];
    return all.filter(({ path }, at) => !all.slice(at + 1).some((later) => later.path === path));
  }

  /** Mounts that a service has from others; `seen` ends a circle. */
  #ofOthers(service: Data, seen: readonly string[]): readonly RunMount[] {
    return list(service['volumes_from']).flatMap((entry) => {
      const [other = '', mode] = String(entry).split(':');
      const data = this.#context.services.get(other);
      if (data === undefined || seen.includes(other)) return [];
      const mounts = [...this.#ofOthers(data, [...seen, other]), ...this.of(other, withoutOthers(data))];
      return mode === 'ro' ? mounts.map((mount) => ({ ...mount, readOnly: true })) : mounts;
    });
  }

  #mount(name: string, entry: Entry, field: FieldPath): readonly RunMount[] {
    const { type, source, target, readOnly, subPath } = entry;
    if (!target.startsWith('/')) {
      const why = `'${target}' is no absolute path of the container`;
      reportProblem(this.#context, name, field, why);
      return [];
    }
    if (type === 'tmpfs') return [this.#temporary(name, target)];
    const path = posix.normalize(target).replace(/(?<=.)\/$/, '');
    const rest = { path, readOnly: readOnly ? true : undefined };
    if (type === 'bind') return this.#bound(name, entry, rest, field);
    if (type !== 'volume') return this.#lost(name, `a volume of the type ${type}, at ${target}`);
    if (source === '') return [{ name: null, path }];
    return [{ name: this.#named(name, source, field), ...rest, subPath }];
  }

  #lost(name: string, what: string): readonly RunMount[] {
    this.#context.losses.of(name)(`it has not ${what}`);
    return [];
  }

  #temporary(name: string, target: string): RunMount {
    return { name: this.#volumes.temporary(name, target), path: target };
  }

  #bound(
    name: string,
    { source, makesFolder }: Entry,
    rest: Omit<RunMount, 'name'>,
    field: FieldPath,
  ): readonly RunMount[] {
    const { machine } = this.#context.source;
    const path = this.#volumes.absolute(source);
    const { volume, subPath } = this.#volumes.bound(source);
    if (!makesFolder && subPath === undefined && !machine.isFolder(path))
      reportProblem(this.#context, name, field, `there is no folder ${source}`);
    return [{ name: volume, ...rest, subPath, source: path }];
  }

  #named(name: string, volume: string, field: FieldPath): string {
    const { whole, losses } = this.#context;
    const declared = record(whole['volumes']);
    if (!Object.hasOwn(declared, volume)) {
      const known = withNearest(volume, Object.keys(declared));
      reportProblem(this.#context, name, field, `the project has no volume ${known}`);
    }
    const { external, driver, driver_opts: options } = record(declared[volume]);
    const { type, device } = record(options);
    if (type === 'tmpfs') return this.#volumes.named(volume, {});
    if (type === 'none' && text(device) !== undefined)
      return this.#volumes.named(volume, { path: text(device) ?? '' });
    if (external !== undefined && flagOf(external) !== false)
      losses.of(null)(`the volume ${volume} is one of the engine: here it is a folder of its own`);
    else if (text(driver) !== undefined && text(driver) !== 'local')
      losses.of(null)(`the driver of the volume ${volume}: here it is a folder`);
    return this.#volumes.named(volume, { persist: true });
  }
}

const withoutOthers = ({ volumes_from: _others, ...service }: Data): Data => service;

const readEntry = (entry: unknown): Entry => {
  if (typeof entry === 'string') return readShort(entry);
  const { type, source, target, read_only: readOnly, bind, volume } = record(entry);
  return {
    type: text(type) ?? 'volume',
    source: text(source) ?? '',
    target: text(target) ?? '',
    readOnly: flagOf(readOnly) === true,
    subPath: text(record(volume)['subpath']),
    makesFolder: flagOf(record(bind)['create_host_path']) !== false,
  };
};

/** `[SOURCE:]TARGET[:MODE]`; a source that is a path is a bind mount. */
const readShort = (entry: string): Entry => {
  const parts = entry.split(':');
  const [source, target, mode = ''] = parts.length === 1 ? ['', parts[0]] : parts;
  return {
    type: /^[./~]/.test(source ?? '') ? 'bind' : 'volume',
    source: source ?? '',
    target: target ?? '',
    readOnly: mode.split(',').includes('ro'),
    subPath: undefined,
    makesFolder: true,
  };
};

/** The mounts as a config has them: a place, or several, by the name of the volume or file. */
export const mountFields = (mounts: readonly RunMount[]): Fields => {
  const byName = Map.groupBy(mounts, ({ name }) => name);
  const named = [...byName].flatMap(([name, each]) => {
    const places = each.map(placeOf);
    return name === null ? [] : [[name, places.length === 1 ? places[0] : places] as const];
  });
  const anonymous = (byName.get(null) ?? []).map(({ path }) => path);
  return {
    mounts: named.length === 0 ? undefined : Object.fromEntries(named),
    anonymousVolumes: anonymous.length === 0 ? undefined : anonymous,
  };
};

const placeOf = ({ path, subPath, readOnly }: RunMount): Value =>
  subPath === undefined && readOnly === undefined
    ? path
    : {
        path,
        ...(subPath === undefined ? {} : { subPath }),
        ...(readOnly === undefined ? {} : { readOnly }),
      };
