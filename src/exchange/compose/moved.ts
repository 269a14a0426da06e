import { isAbsolute, join } from 'node:path';
import { type Data, list, record, text } from '../reading/read-yaml.ts';
import { Replacement } from './compose-yaml.ts';
import { asBuild } from './merge-project.ts';

/** A service of a file in another folder, with its paths as seen from the project's; `prefix` is the way there. */
export const movedService = (service: Data, prefix: string): Data => {
  if (prefix === '') return service;
  const moved = (path: unknown): unknown => movedPath(path, prefix);
  return {
    ...service,
    ...changed(service, 'build', (build) => movedBuild(build, moved)),
    ...changed(service, 'env_file', (files) => list(files).map((file) => inField(file, 'path', moved))),
    ...changed(service, 'volumes', (volumes) => list(volumes).map((volume) => movedVolume(volume, moved))),
    ...changed(service, 'develop', (develop) => ({
      ...record(develop),
      watch: list(record(develop)['watch']).map((rule) => inField(record(rule), 'path', moved)),
    })),
  };
};

/** Secrets or configs of a file in another folder. */
export const movedFiles = (resources: unknown, prefix: string): Data =>
  Object.fromEntries(
    Object.entries(record(resources)).map(([name, resource]) => [
      name,
      prefix === '' ? resource : inField(record(resource), 'file', (path) => movedPath(path, prefix)),
    ]),
  );

const movedPath = (path: unknown, prefix: string): unknown =>
  typeof path !== 'string' || isAbsolute(path) || /^[$~]|^[\w.+-]+:\/\/|^git@/.test(path)
    ? path
    : join(prefix, path);

const changed = (service: Data, field: string, change: (value: unknown) => unknown): Data => {
  const value = service[field];
  if (value === undefined || value === null) return {};
  return { [field]: value instanceof Replacement ? replaced(value, change) : change(value) };
};

const replaced = ({ value }: Replacement, change: (value: unknown) => unknown): Replacement =>
  new Replacement(value === undefined || value === null ? value : change(value));

/** A text is the path itself. */
const inField = (value: unknown, field: string, move: (path: unknown) => unknown): unknown => {
  if (typeof value === 'string') return move(value);
  const data = record(value);
  return data[field] === undefined ? value : { ...data, [field]: move(data[field]) };
};

const movedBuild = (build: unknown, move: (path: unknown) => unknown): Data => {
  const data = asBuild(build);
  return { ...data, context: move(text(data['context']) ?? '.') };
};

const movedVolume = (volume: unknown, move: (path: unknown) => unknown): unknown => {
  if (typeof volume !== 'string') {
    const { type, source } = record(volume);
    return type === 'bind' && typeof source === 'string'
      ? { ...record(volume), source: move(source) }
      : volume;
  }
  const [, source = '', rest = ''] = /^(\.[^:]*)(:.*)$/.exec(volume) ?? [];
  return source === '' ? volume : `./${move(source)}${rest}`;
};
