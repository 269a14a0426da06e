import type { ConfigProblem } from '../../model/failures/config-problem.ts';

/** Keeps each problem once: a mistake in an app is found in each of its instances. */
export const distinct = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] => {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = keyOf(problem);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
};

/** Uses only facts that are in the config: names in the pod differ between instances. */
const keyOf = (problem: ConfigProblem): string => {
  if (!('path' in problem)) return JSON.stringify(problem);
  const { kind, path } = problem;
  const found = 'found' in problem ? problem.found : null;
  const at = 'at' in problem ? problem.at : null;
  const name = kind === 'unset-variable' || kind === 'undotted-reference' ? problem.name : null;
  const cycle = kind === 'dependency-cycle' && path[0] !== 'apps' ? problem.cycle : null;
  return [kind, ...path, found, at, name, cycle].map(String).join('\0');
};
