import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import { fileVariable, serviceVariables } from '../resolve/injected-variables.ts';
import { renderedFilesIn } from '../resolve/rendered-files.ts';

/** Finds mistakes in the files of one process. */
export const findFileProblems = (
  process: DeclaredProcess,
  processes: readonly DeclaredProcess[],
): readonly ConfigProblem[] => [
  ...modeProblems(process),
  ...renderedProblems(process, processes),
  ...variableProblems(process, processes),
];

const renderedProblems = (
  process: DeclaredProcess,
  processes: readonly DeclaredProcess[],
): readonly ConfigProblem[] =>
  Object.entries(process.fields.files ?? {}).flatMap(([name, file]): readonly ConfigProblem[] => {
    if (typeof file !== 'object' || !('from' in file)) return [];
    const known = [...renderedFilesIn(process.scope, processes).keys()];
    if (known.includes(file.from)) return [];
    const path = [...process.path, 'files', name, 'from'];
    const near = nearest(file.from, known);
    return [{ kind: 'unknown-name', named: 'rendered-file', path, found: file.from, nearest: near, known }];
  });

const modeProblems = ({ fields: { files = {}, image }, path }: DeclaredProcess): readonly ConfigProblem[] =>
  Object.entries(files).flatMap(([name, file]) =>
    image === undefined &&
    typeof file === 'object' &&
    'secret' in file &&
    file.secret === true &&
    file.mode !== undefined
      ? [{ kind: 'mode-of-secret', path: [...path, 'files', name, 'mode'] }]
      : [],
  );

const variableProblems = (
  process: DeclaredProcess,
  processes: readonly DeclaredProcess[],
): readonly ConfigProblem[] => {
  const files = Object.keys(process.fields.files ?? {});
  if (files.length === 0) return [];
  const taken = new Map(servicesSeenBy(process, processes));
  return files.flatMap((name) => {
    const path = [...process.path, 'files', name];
    const variable = fileVariable(name);
    const by = taken.get(variable);
    taken.set(variable, by ?? path);
    return by === undefined ? [] : [{ kind: 'variable-taken', path, variable, by }];
  });
};

/** The service variables that a process called `file` brings. */
const servicesSeenBy = (
  { name, scope }: DeclaredProcess,
  processes: readonly DeclaredProcess[],
): readonly (readonly [string, FieldPath])[] =>
  [...scope.single]
    .filter(([written, other]) => written === 'file' && other !== name)
    .flatMap(([written, other]) => {
      const process = processes.find((each) => each.name === other);
      return serviceVariables(written, Object.keys(process?.fields.ports ?? {})).map(
        (variable) => [variable, process?.path ?? []] as const,
      );
    });
