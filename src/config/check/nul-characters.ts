import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { isData } from './prototype-names.ts';

/** A line of output may hold a NUL character, and so may the pattern that is searched for. */
const MAY_HOLD_ONE: ReadonlySet<string> = new Set(['log', 'description']);

/**
 * Finds NUL characters. The system takes one for the end of an argument, variable or path, and would cut off the rest.
 */
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
