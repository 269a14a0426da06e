import { errorMessage } from '../../model/error-message.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';

/** A reference stands for what is not known yet. */
export const hasReference = (text: string): boolean => text.includes('${');

export const patternProblems = (pattern: string, path: FieldPath): readonly ConfigProblem[] => {
  if (hasReference(pattern)) return [];
  try {
    new RegExp(pattern, 'u');
    return [];
  } catch (error) {
    return [{ kind: 'bad-pattern', path, message: errorMessage(error) }];
  }
};

/** Of two fields that mean different things, only one can stand there. */
export const notBoth = (
  fields: object,
  one: string,
  other: string,
  path: FieldPath,
): readonly ConfigProblem[] => {
  const given = fields as Readonly<Record<string, unknown>>;
  return given[one] === undefined || given[other] === undefined
    ? []
    : [{ kind: 'excludes', path: [...path, one], other }];
};

/** A token of HTTP: the name of a header or a method. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

export const headerNameProblems = (name: string, path: FieldPath): readonly ConfigProblem[] =>
  TOKEN.test(name) ? [] : [{ kind: 'invalid', path, found: name, expected: 'header-name' }];

/** A line break would begin another header. */
export const headerValueProblems = (value: string, path: FieldPath): readonly ConfigProblem[] =>
  /[\r\n]/.test(value) ? [{ kind: 'invalid', path, found: value, expected: 'header-value' }] : [];
