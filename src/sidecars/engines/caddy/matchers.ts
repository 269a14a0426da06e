import type { MatchOptions, PathMatch, RouteOptions, ValueMatch } from '../../../programs/proxy/options.ts';
import { escaped, prefixExpression, withoutSlash } from '../expressions.ts';

/** Any of them; none: every request. Caddy's matchers of paths know no upper and lower case, so these are expressions. */
export const matchersOf = ({ matches }: RouteOptions): readonly object[] => {
  const all = matches.map(matcherOf);
  return all.some((matcher) => Object.keys(matcher).length === 0) ? [] : all;
};

const matcherOf = ({ path, headers, queryParams, method }: MatchOptions): object => {
  const present = headers.filter(({ type }) => type === 'Present');
  const valued = headers.filter(({ type }) => type !== 'Present');
  return {
    ...(path === null ? {} : pathMatcher(path)),
    ...(method === null ? {} : { method: [method] }),
    ...(present.length === 0 ? {} : { header: Object.fromEntries(present.map(({ name }) => [name, ['*']])) }),
    ...(valued.length === 0 ? {} : { header_regexp: Object.fromEntries(valued.map(headerPattern)) }),
    ...(queryParams.length === 0 ? {} : { query: Object.fromEntries(queryParams.map(queryValues)) }),
  };
};

/** Of a plain value in a match, Caddy takes a `*` for anything. */
const headerPattern = ({ name, type, value }: ValueMatch): readonly [string, object] => [
  name,
  { pattern: `^(?:${type === 'Exact' ? escaped(value) : value})$` },
];

const pathMatcher = ({ type, value }: PathMatch): object => {
  switch (type) {
    case 'Exact':
      return expressionMatcher(`^${escaped(value)}$`);
    case 'PathPrefix':
      return withoutSlash(value) === '' ? {} : expressionMatcher(prefixExpression(value));
    case 'RegularExpression':
      return expressionMatcher(`^(?:${value})$`);
  }
};

const expressionMatcher = (pattern: string): object => ({ path_regexp: { pattern } });

const queryValues = ({ name, type, value }: ValueMatch): readonly [string, readonly string[]] => [
  name,
  [type === 'Present' ? '*' : value],
];
