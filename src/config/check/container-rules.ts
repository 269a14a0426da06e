import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import type { PortConfig } from '../types.ts';

/** Fields that mean a program of this machine, with those that say the same of a container. */
const NOT_IN_CONTAINER = { cwd: 'workingDir', isolate: null, requires: null, tty: null } as const;

const PROBES = ['startup', 'readiness', 'liveness'] as const;

/** Finds what a container cannot have, and what only a container can have. */
export const findContainerProblems = (process: DeclaredProcess): readonly ConfigProblem[] =>
  process.fields.image === undefined
    ? portsWith(process, 'target').map((path) => ({ kind: 'without-image', path }))
    : [
        ...fieldProblems(process),
        ...notifyProblems(process),
        ...[...portsWith(process, 'activate'), ...portsWith(process, 'host')].map((path) =>
          notInContainer(path),
        ),
      ];

const notInContainer = (path: FieldPath, instead: string | null = null): ConfigProblem => ({
  kind: 'not-in-container',
  path,
  instead,
});

const fieldProblems = ({ fields, path }: DeclaredProcess): readonly ConfigProblem[] =>
  Object.entries(NOT_IN_CONTAINER)
    .filter(([name]) => isAsked(fields[name as keyof typeof NOT_IN_CONTAINER]))
    .map(([name, instead]) => notInContainer([...path, name], instead));

const isAsked = (value: unknown): boolean => value !== undefined && value !== false;

/** A container gets no descriptor from outside. */
const notifyProblems = ({ fields, path }: DeclaredProcess): readonly ConfigProblem[] =>
  PROBES.flatMap((probe) => {
    const declared = fields[probe];
    return typeof declared === 'object' && declared.notify !== undefined
      ? [notInContainer([...path, probe, 'notify'], 'another probe')]
      : [];
  });

/** Containers are published on the loopback address alone. */
const portsWith = (
  { fields, path }: DeclaredProcess,
  part: 'activate' | 'host' | 'target',
): readonly FieldPath[] =>
  Object.entries<PortConfig>(fields.ports ?? {}).flatMap(([name, port]) =>
    typeof port === 'object' && isAsked(port[part]) ? [[...path, 'ports', name, part]] : [],
  );
