import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import { fileVariable, serviceVariables } from '../resolve/injected-variables.ts';

/** Finds mistakes in the files of one process. */
export const findFileProblems = (
  process: DeclaredProcess,
  processes: readonly DeclaredProcess[],
): readonly ConfigProblem[] => [...modeProblems(process), ...variableProblems(process, processes)];

const modeProblems = ({ fields: { files = {} }, path }: DeclaredProcess): readonly ConfigProblem[] =>
  Object.entries(files).flatMap(([name, file]) =>
    typeof file === 'object' && file.secret === true && file.mode !== undefined
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
