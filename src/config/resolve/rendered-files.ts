import type { RefreshSpec } from '../../model/pod-spec.ts';
import type { DeclaredProcess, RenderedDeclaration } from './component.ts';
import { resolveAction } from './resolve-files.ts';
import type { Scope } from './scope.ts';

type RenderedFile = Omit<RenderedDeclaration, 'name'> & { readonly file: string };

/** The processes, each with its files that others render, and what these others do to it. */
export const withRenderedFiles = (processes: readonly DeclaredProcess[]): readonly DeclaredProcess[] => {
  if (!processes.some(({ made }) => made?.renders !== undefined)) return processes;
  return processes.map((process) => {
    const known = renderedFilesIn(process.scope, processes);
    const read = Object.entries(process.fields.files ?? {}).flatMap(([name, file]) => {
      const found = typeof file === 'object' && 'from' in file ? known.get(file.from) : undefined;
      return found === undefined ? [] : [{ ...found, name, onChange: Object(file).onChange }];
    });
    return {
      ...process,
      rendered: read.map(({ name, by, volume, path }) => ({ name, by, volume, path })),
      refreshes: [
        ...read.map(({ by, file, onChange }) => ({ by, file, onChange: resolveAction(onChange) })),
        ...toldTo(process.name, processes),
      ],
    };
  });
};

/** All files that processes of a scope render, as a config calls them: `conf.app.conf`. */
export const renderedFilesIn = (
  scope: Scope,
  processes: readonly DeclaredProcess[],
): ReadonlyMap<string, RenderedFile> => {
  const byName = new Map(processes.map((process) => [process.name, process]));
  return new Map(
    [...scope.single].flatMap(([written, by]) => {
      const renderer = byName.get(by);
      return Object.entries(renderer?.made?.renders ?? {}).map(([file, { volume, path }]) => {
        const inPod = renderer?.scope.volumes.get(volume) ?? volume;
        return [`${written}.${file}`, { by, file, volume: inPod, path }] as const;
      });
    }),
  );
};

const toldTo = (name: string, processes: readonly DeclaredProcess[]): readonly RefreshSpec[] =>
  processes.flatMap(({ name: by, made, scope }) =>
    (made?.tells ?? [])
      .filter(({ to }) => scope.processes.get(to)?.includes(name))
      .map(({ onChange }) => ({ by, file: null, onChange })),
  );
