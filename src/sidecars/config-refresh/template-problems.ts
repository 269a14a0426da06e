import Mustache from 'mustache';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';

/** A part of a template: kind, value, start and end, and for a section the parts in it. */
type Token = readonly [kind: string, value: string, start: number, end: number, inner?: readonly Token[]];

/** Finds what can be wrong with a template before there are values. */
export const findTemplateProblems = (
  template: string,
  sources: readonly string[],
  path: FieldPath,
): readonly ConfigProblem[] => {
  try {
    return findUnknown(Mustache.parse(template) as unknown as readonly Token[], sources, path);
  } catch (error) {
    return [{ kind: 'bad-template', path, message: (error as Error).message }];
  }
};

/** Within a section, a name may be a field of what the section is about. */
const findUnknown = (
  tokens: readonly Token[],
  sources: readonly string[],
  path: FieldPath,
): readonly ConfigProblem[] =>
  tokens.flatMap(([kind, value, , , inner = []]): readonly ConfigProblem[] => {
    if (kind === '>') return [{ kind: 'bad-template', path, message: `it has a partial, {{> ${value}}}` }];
    const isNamed = kind === 'name' || kind === '&' || kind === '#' || kind === '^';
    const within = kind === '^' ? findUnknown(inner, sources, path) : findPartials(inner, path);
    return isNamed ? [...sourceProblems(value, sources, path), ...within] : [];
  });

const findPartials = (tokens: readonly Token[], path: FieldPath): readonly ConfigProblem[] =>
  tokens.flatMap(([kind, value, , , inner = []]) =>
    kind === '>'
      ? [{ kind: 'bad-template', path, message: `it has a partial, {{> ${value}}}` } as const]
      : findPartials(inner, path),
  );

const sourceProblems = (
  value: string,
  sources: readonly string[],
  path: FieldPath,
): readonly ConfigProblem[] => {
  const [found = ''] = value.split('.');
  if (sources.includes(found)) return [];
  const near = nearest(found, sources);
  return [{ kind: 'unknown-name', named: 'source', path, found, nearest: near, known: sources }];
};
