import { join, posix } from 'node:path';
import type { Source } from '../format.ts';
import { readJsonc } from '../reading/read-jsonc.ts';
import { type Data, readYaml, record, text } from '../reading/read-yaml.ts';
import { type Package, shortName } from './workspaces.ts';

/** Tasks of `turbo.json`, which older versions call a pipeline. */
export const readTasks = ({ folder, machine }: Source): Data => {
  const content = machine.read(join(folder, 'turbo.json')) ?? machine.read(join(folder, 'turbo.jsonc')) ?? '';
  const { tasks, pipeline } = record(readJsonc(content));
  return record(tasks ?? pipeline);
};

/** Projects of nx: those with a `project.json`, and packages of the workspace. */
export const readProjects = (
  { folder, machine }: Source,
  packages: readonly Package[],
): ReadonlyMap<string, readonly string[]> => {
  if (!machine.isFile(join(folder, 'nx.json'))) return new Map();
  const own = packages.map(
    ({ name, manifest }) =>
      [
        text(record(manifest.data['nx'])['name']) ?? name,
        [...manifest.scripts.keys(), ...Object.keys(record(record(manifest.data['nx'])['targets']))],
      ] as const,
  );
  const files = ['apps', 'libs', 'packages', 'services', '.'].flatMap((above) =>
    machine.names(join(folder, above)).map((name) => posix.join(above, name)),
  );
  const described = files.flatMap((path) => {
    const content = machine.read(join(folder, path, 'project.json'));
    if (content === null) return [];
    const { name, targets } = record(readYaml(content));
    return [[text(name) ?? shortName(posix.basename(path)), Object.keys(record(targets))] as const];
  });
  return new Map([...own, ...described]);
};
