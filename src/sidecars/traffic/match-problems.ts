import type { HeaderMatch } from '../../config/traffic.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { patternProblems } from './check.ts';

export const valueMatchProblems = (
  matches: readonly HeaderMatch[],
  path: FieldPath,
): readonly ConfigProblem[] =>
  matches.flatMap(({ type, value }, index): readonly ConfigProblem[] => {
    const at = [...path, index, 'value'];
    if (type === 'Present')
      return value === undefined ? [] : [{ kind: 'excludes', path: at, other: "type: 'Present'" }];
    if (type !== undefined && value === undefined) return [{ kind: 'missing', path: at, expected: 'text' }];
    return type === 'RegularExpression' ? patternProblems(value ?? '', at) : [];
  });
