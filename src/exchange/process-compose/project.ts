import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { Losses } from '../form/losses.ts';
import type { Source } from '../format.ts';
import { asVariables, isMap, type Join, joinLists, mergeMaps } from '../reading/merge.ts';
import { type Data, list, readYaml, record, text } from '../reading/read-yaml.ts';

/** Variables are a list of `NAME=value`; one of `over` replaces that of the same name. */
const joinList: Join = (base, over) =>
  Object.entries({ ...asVariables(base), ...asVariables(over) }).map(([name, value]) =>
    value === null ? name : `${name}=${value}`,
  );

/** Fields that one file, or a process that extends another, adds to; others replace. */
const JOINS: Readonly<Record<string, Join>> = { environment: joinList, success_exit_codes: joinLists };

export const mergeProcess = (base: Data, over: Data): Data => mergeMaps(base, over, JOINS);

const mergeProjects = (base: Data, over: Data): Data => {
  const processes = mergeMaps(
    record(base['processes']),
    record(over['processes']),
    Object.fromEntries(
      Object.keys(record(over['processes'])).map((name) => [
        name,
        (a, b) => mergeProcess(record(a), record(b)),
      ]),
    ),
  );
  return { ...mergeMaps(base, over, JOINS), processes };
};

/** Reads a project as process-compose does: the file that it extends, the file, and its override. */
export const readProject = (source: Source, losses: Losses): Data => {
  const own = readFile(source, source.file, losses, []);
  const project = overrides(source).reduce<Data>(
    (base, file) => mergeProjects(base, readFile(source, file, losses, [])),
    own,
  );
  const processes = record(project['processes']);
  const extended = Object.keys(processes).map(
    (name) => [name, extendedProcess(name, processes, losses, [])] as const,
  );
  return { ...project, processes: Object.fromEntries(extended) };
};

const overrides = ({ file, folder, machine }: Source): readonly string[] => {
  const [, name] = /^((?:process-)?compose)\.ya?ml$/.exec(basename(file)) ?? [];
  if (name === undefined) return [];
  return ['yml', 'yaml']
    .map((extension) => join(folder, `${name}.override.${extension}`))
    .filter((path) => machine.isFile(path))
    .slice(0, 1);
};

const readFile = (source: Source, file: string, losses: Losses, seen: readonly string[]): Data => {
  const content = file === source.file ? source.text : source.machine.read(file);
  const { extends: base, ...project } = record(readYaml(content ?? ''));
  const moved = withFolder(relative(source.folder, dirname(file)), project);
  const path = text(base);
  if (path === undefined) return moved;
  const from = isAbsolute(path) ? path : join(dirname(file), path);
  if (seen.includes(from)) return moved;
  if (!source.machine.isFile(from)) {
    losses.of(null)(`it extends ${path}, which does not exist`);
    return moved;
  }
  return mergeProjects(readFile(source, from, losses, [...seen, from]), moved);
};

/** Processes of a file in another folder run there. */
const withFolder = (prefix: string, project: Data): Data => {
  if (prefix === '') return project;
  const processes = Object.entries(record(project['processes'])).map(([name, value]) => {
    const folder = text(record(value)['working_dir']) ?? '.';
    return [
      name,
      { ...record(value), working_dir: isAbsolute(folder) ? folder : join(prefix, folder) },
    ] as const;
  });
  return { ...project, processes: Object.fromEntries(processes) };
};

const extendedProcess = (name: string, processes: Data, losses: Losses, seen: readonly string[]): Data => {
  const { extends: base, ...own } = record(processes[name]);
  const from = text(list(base)[0]);
  if (from === undefined) return own;
  if (seen.includes(from) || !isMap(processes[from])) {
    losses.of(name)(
      `it extends ${from}, which ${seen.includes(from) ? 'extends it as well' : 'does not exist'}`,
    );
    return own;
  }
  // A base that waits for its own start by hand says nothing about those that extend it.
  const { description: _description, ...inherited } = extendedProcess(from, processes, losses, [
    ...seen,
    name,
  ]);
  return mergeProcess(inherited, own);
};
