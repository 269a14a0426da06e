import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { Variables } from '../../model/env-file.ts';
import { interpolatedNow } from '../form/interpolation.ts';
import type { Losses } from '../form/losses.ts';
import type { Source } from '../format.ts';
import { asVariables, type Join, joinLists, joinVariables, mergeMaps } from '../reading/merge.ts';
import { type Data, list, readYaml, record, text } from '../reading/read-yaml.ts';

export interface Project {
  readonly name: string | undefined;
  readonly services: ReadonlyMap<string, Data>;
}

/** Reads a project as Compose does: the file, those that it includes, what it extends, and its override. */
export const readProject = (source: Source, variables: Variables, losses: Losses): Project => {
  const reader = new ProjectReader(source, variables, losses);
  const files = [source.file, ...overrides(source)];
  const documents = files.map((file) => reader.document(file));
  const merged = documents.reduce((base, over) => mergeMaps(base, over, { services: mergeServices }), {});
  return {
    name: text(merged['name']),
    services: new Map(
      Object.entries(record(merged['services'])).map(([name, value]) => [name, record(value)]),
    ),
  };
};

/** `compose.override.yaml` beside `compose.yaml` counts without being asked. */
const overrides = ({ file, folder, machine }: Source): readonly string[] => {
  const [, name] = /^((?:docker-)?compose)\.ya?ml$/.exec(basename(file)) ?? [];
  if (name === undefined) return [];
  const candidates = ['yaml', 'yml'].map((extension) => join(folder, `${name}.override.${extension}`));
  return candidates.filter((path) => machine.isFile(path)).slice(0, 1);
};

/** Fields of a service that one file replaces and another joins, as Compose has it. */
const JOINS: Readonly<Record<string, Join>> = {
  environment: joinVariables,
  depends_on: (base, over) => mergeMaps(asDependencies(base), asDependencies(over)),
  build: (base, over) => mergeMaps(asBuild(base), asBuild(over)),
  ports: joinLists,
  expose: joinLists,
  env_file: joinLists,
  profiles: joinLists,
  volumes: (base, over) => joinMounts(list(base), list(over)),
};

const asBuild = (value: unknown): Data => (typeof value === 'string' ? { context: value } : record(value));

const asDependencies = (value: unknown): Data =>
  Array.isArray(value) ? Object.fromEntries(value.map((name) => [String(name), {}])) : record(value);

/** A mount replaces one at the same path. */
const joinMounts = (base: readonly unknown[], over: readonly unknown[]): readonly unknown[] => {
  const targets = over.map((mount) => targetOf(mount));
  return [...base.filter((mount) => !targets.includes(targetOf(mount))), ...over];
};

const targetOf = (mount: unknown): string | undefined =>
  typeof mount === 'string' ? (mount.split(':')[1] ?? mount) : text(record(mount)['target']);

const mergeService = (base: Data, over: Data): Data => mergeMaps(base, over, JOINS);

const mergeServices: Join = (base, over) =>
  mergeMaps(
    record(base),
    record(over),
    Object.fromEntries(
      Object.keys(record(over)).map((name) => [name, (a, b) => mergeService(record(a), record(b))]),
    ),
  );

class ProjectReader {
  readonly #source: Source;
  readonly #variables: Variables;
  readonly #losses: Losses;
  readonly #reading = new Set<string>();

  constructor(source: Source, variables: Variables, losses: Losses) {
    this.#source = source;
    this.#variables = variables;
    this.#losses = losses;
  }

  /** A file with what it includes and extends, its paths as seen from the folder of the first one. */
  document(file: string): Data {
    const read = this.#read(file);
    const services = Object.fromEntries(
      Object.entries(record(read['services'])).map(([name]) => [name, this.#service(file, name, [])]),
    );
    const included = list(read['include']).flatMap((entry) => this.#included(file, entry));
    const all = [...included, services].reduce<unknown>((base, over) => mergeServices(base, over), {});
    return { ...read, services: all };
  }

  #read(file: string): Data {
    const content = file === this.#source.file ? this.#source.text : this.#source.machine.read(file);
    if (content === null) this.#losses.of(null)(`${relative(this.#source.folder, file)} does not exist`);
    return record(readYaml(content ?? ''));
  }

  #included(from: string, entry: unknown): readonly Data[] {
    const paths = list(typeof entry === 'string' ? entry : record(entry)['path']).map((path) => String(path));
    const [first, ...overriding] = paths.map((path) => this.#resolve(from, path));
    if (first === undefined || this.#reading.has(first)) return [];
    this.#reading.add(first);
    return [first, ...overriding].map((file) => record(this.document(file)['services']));
  }

  #resolve(from: string, path: string): string {
    const current = interpolatedNow(path, this.#variables, this.#losses.of(null));
    return isAbsolute(current) ? current : join(dirname(from), current);
  }

  /** A service with what it extends, in its own file or in another one. */
  #service(file: string, name: string, seen: readonly string[]): Data {
    const own = this.#moved(file, record(record(this.#read(file)['services'])[name]));
    const { extends: extended, ...fields } = own;
    if (extended === undefined) return own;
    const { service, file: other } = typeof extended === 'string' ? { service: extended } : record(extended);
    const from = text(other) === undefined ? file : this.#resolve(file, text(other) ?? '');
    const base = text(service) ?? name;
    const key = `${from}\0${base}`;
    if (seen.includes(key)) return fields;
    return mergeService(this.#service(from, base, [...seen, key]), fields);
  }

  /** Paths of a file in another folder. */
  #moved(file: string, service: Data): Data {
    const prefix = relative(this.#source.folder, dirname(file));
    if (prefix === '') return service;
    const moved = (path: unknown): unknown =>
      typeof path === 'string' && !isAbsolute(path) && !path.startsWith('$') ? join(prefix, path) : path;
    const build = asBuild(service['build']);
    return {
      ...service,
      ...(service['build'] === undefined
        ? {}
        : { build: { ...build, context: moved(build['context'] ?? '.') } }),
      ...(service['env_file'] === undefined
        ? {}
        : {
            env_file: list(service['env_file']).map((entry) =>
              typeof entry === 'string'
                ? moved(entry)
                : { ...record(entry), path: moved(record(entry)['path']) },
            ),
          }),
      ...(service['volumes'] === undefined
        ? {}
        : {
            volumes: list(service['volumes']).map((mount) =>
              typeof mount === 'string' && mount.startsWith('.')
                ? `./${join(prefix, mount.split(':')[0] ?? '')}:${mount.split(':').slice(1).join(':')}`
                : mount,
            ),
          }),
    };
  }
}

export const environmentOf = (service: Data): Data => asVariables(service['environment']);
