import type { LogShipperOptions } from '../../config/observe/log-shipper.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { ParseOptions, PatternOptions } from '../../programs/log-shipper/options.ts';
import { literal } from '../embedded-program.ts';
import { patternProblems as unreadable } from '../traffic/check.ts';

/** A text can have references, and a regular expression cannot. */
export const fillPattern = (pattern: RegExp | string): PatternOptions =>
  typeof pattern === 'string'
    ? { source: pattern, flags: 'u' }
    : { source: literal(pattern.source), flags: pattern.flags };

export const fillParse = (parse: LogShipperOptions['parse'] = 'auto'): ParseOptions => {
  if (typeof parse === 'string') return { kind: parse };
  return { kind: 'pattern', pattern: fillPattern(parse instanceof RegExp ? parse : parse.pattern) };
};

/** Finds texts that are no regular expressions, and a parser without a named group. */
export const patternProblems = (
  { multiline, parse, redact = [] }: LogShipperOptions,
  path: FieldPath,
): readonly ConfigProblem[] => [
  ...(multiline === undefined ? [] : textProblems(multiline.start, [...path, 'multiline', 'start'])),
  ...redact.flatMap((pattern, index) => textProblems(pattern, [...path, 'redact', index])),
  ...(typeof parse === 'object' ? parserProblems(parse, [...path, 'parse']) : []),
];

const parserProblems = (
  parse: RegExp | { readonly pattern: string },
  path: FieldPath,
): readonly ConfigProblem[] => {
  const isText = !(parse instanceof RegExp);
  const at = isText ? [...path, 'pattern'] : path;
  const source = isText ? parse.pattern : parse.source;
  const problems = isText ? textProblems(source, at) : [];
  if (problems.length > 0 || /\(\?<[^=!]/.test(source)) return problems;
  return [{ kind: 'needs', path: at, needs: 'a named group, such as (?<level>\\w+)' }];
};

const textProblems = (pattern: RegExp | string, path: FieldPath): readonly ConfigProblem[] =>
  pattern instanceof RegExp ? [] : unreadable(pattern, path);
