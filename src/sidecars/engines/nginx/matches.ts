import type { MatchOptions, PathMatch, RouteOptions, ValueMatch } from '../../../programs/proxy/options.ts';
import { prefixExpression, withoutSlash } from '../expressions.ts';
import { type Block, block, expression, headerVariable, quoted } from './quote.ts';

/** The maps that find the route of a request. `$route_<id>` is the number of the first that matches, or `none`. */
export const routeMaps = (id: string, routes: readonly RouteOptions[]): readonly Block[] => {
  const tests = routes.flatMap(({ matches }, route) =>
    matches.map((match, index) => testsOf(match, `m_${id}_${route + 1}_${index + 1}`)),
  );
  const variables = new Map<string, string>();
  const maps: Block[] = [];
  for (const { name, parts } of tests) {
    maps.push(...parts.map(({ variable, source, pattern }) => yesOrNo(source, variable, pattern)));
    if (parts.length > 1)
      maps.push(
        yesOrNo(parts.map(({ variable }) => braced(variable)).join(''), `$${name}`, '1'.repeat(parts.length)),
      );
    variables.set(
      name,
      parts.length === 1 ? (parts[0]?.variable ?? '') : parts.length === 0 ? '1' : `$${name}`,
    );
  }
  return [...maps, firstOf(id, routes, variables)];
};

interface Test {
  readonly variable: string;
  readonly source: string;
  readonly pattern: string;
}

const testsOf = (
  { path, headers, queryParams, method }: MatchOptions,
  name: string,
): { readonly name: string; readonly parts: readonly Test[] } => {
  const paths = path === null ? [] : pathTests(path);
  const sources = [
    ...paths.map((pattern) => ({ source: '$path_of_request', pattern })),
    ...(method === null ? [] : [{ source: '$request_method', pattern: quoted(method) }]),
    ...headers.map((match) => ({ source: headerVariable(match.name), pattern: valuePattern(match) })),
    ...queryParams.map((match) => ({ source: `$arg_${match.name}`, pattern: valuePattern(match) })),
  ];
  return { name, parts: sources.map((test, index) => ({ ...test, variable: `$${name}_${index + 1}` })) };
};

const pathTests = ({ type, value }: PathMatch): readonly string[] => {
  switch (type) {
    case 'Exact':
      return [exactly(value)];
    case 'PathPrefix':
      return withoutSlash(value) === '' ? [] : [expression(`~${prefixExpression(value)}`)];
    case 'RegularExpression':
      return [expression(`~^(?:${value})$`)];
  }
};

const valuePattern = ({ type, value }: ValueMatch): string => {
  switch (type) {
    case 'Exact':
      return exactly(value);
    case 'Present':
      return expression('~.');
    case 'RegularExpression':
      return expression(`~^(?:${value})$`);
  }
};

/** A map compares texts without regard to case, and an expression with it. */
const exactly = (value: string): string =>
  expression(`~^${value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

/** A variable before other letters. */
const braced = (variable: string): string => variable.replace(/^\$(.*)$/, '${$1}');

const yesOrNo = (source: string, variable: string, pattern: string): Block =>
  block(`map "${source}" ${variable}`, ['default 0', `${pattern} 1`]);

/** One digit for each match of each route, in order: the first that is 1 counts. */
const firstOf = (
  id: string,
  routes: readonly RouteOptions[],
  variables: ReadonlyMap<string, string>,
): Block => {
  const digits = routes.flatMap(({ matches }, route) =>
    matches.length === 0
      ? ['1']
      : matches.map((_, index) => variables.get(`m_${id}_${route + 1}_${index + 1}`) ?? '1'),
  );
  const numbers = routes.flatMap(({ matches }, route) =>
    Array.from({ length: Math.max(1, matches.length) }, () => route + 1),
  );
  return block(`map "${digits.map(braced).join('')}" $route_${id}`, [
    'default none',
    ...numbers.map((route, index) => `"~^0{${index}}1" ${route}`),
  ]);
};
