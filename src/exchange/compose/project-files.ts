import { basename, isAbsolute, join } from 'node:path';
import type { Variables } from '../../model/env-file.ts';
import type { Source } from '../format.ts';

/**
 * The files of the project that a file begins: those of `COMPOSE_FILE`, if it is the first of them, or else the file and
 * `compose.override.yaml` beside `compose.yaml`, which counts without being asked.
 */
export const projectFiles = (source: Source, variables: Variables): readonly string[] => {
  const separator = variables['COMPOSE_PATH_SEPARATOR'] || ':';
  const named = (variables['COMPOSE_FILE'] || '').split(separator).filter(Boolean);
  const [first, ...more] = named.map((path) => (isAbsolute(path) ? path : join(source.folder, path)));
  return first === source.file ? [first, ...more] : [source.file, ...overrides(source)];
};

const overrides = ({ file, folder, machine }: Source): readonly string[] => {
  const [, name] = /^((?:docker-)?compose)\.ya?ml$/.exec(basename(file)) ?? [];
  if (name === undefined) return [];
  const candidates = ['yaml', 'yml'].map((extension) => join(folder, `${name}.override.${extension}`));
  return candidates.filter((path) => machine.isFile(path)).slice(0, 1);
};
