import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { isData } from './prototype-names.ts';

/** A line of output may hold one, and so may what is looked for in it. */
const MAY_HOLD_ONE: ReadonlySet<string> = new Set(['log', 'description']);

/** No argument, variable or path can hold one: the system takes it for the end, and would cut off what follows. */
export const findNulCharacters = (value: unknown, base: FieldPath = []): readonly ConfigProblem[] => {
  const seen = new Set<object>();
  const look = (at: unknown, path: FieldPath): readonly ConfigProblem[] => {
    if (typeof at === 'string') return at.includes('\0') ? [{ kind: 'nul-character', path }] : [];
    if (!isData(at) || seen.has(at)) return [];
    seen.add(at);
    const inner = Array.isArray(at)
      ? [...at.entries()]
      : Object.entries(at).filter(([key]) => !MAY_HOLD_ONE.has(key));
    return inner.flatMap(([key, each]) => look(each, [...path, key]));
  };
  return look(value, base);
};
