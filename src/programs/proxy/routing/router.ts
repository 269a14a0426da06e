import type { RawHeaders } from '../http/upstream.ts';
import type { MatchOptions, RouteOptions } from '../options.ts';
import { compilePath, withoutSlash } from './match-path.ts';
import { compileHeaders, compileQuery } from './match-values.ts';
import { compileRoute, type Route } from './route.ts';
import type { RoutedRequest } from './routed-request.ts';

/** The route of a request, and the prefix of its path that the route asked for: `''` without one. */
export interface RouteMatch {
  readonly route: Route;
  readonly prefix: string;
  /** The path or the prefix that the route asked for; `null`: none, or an expression. */
  readonly path: string | null;
}

/** Finds the route of a request; `null` where none matches. */
export type Router = (request: RoutedRequest) => RouteMatch | null;

/**
 * Compiles routes, once. The first route in the list that matches counts, not the most specific one: the order of the
 * list is the order in the config. Throws where an expression does not compile.
 */
export const compileRoutes = (routes: readonly RouteOptions[]): Router => {
  const candidates = routes.flatMap(candidatesOf);
  const everything = candidates.findIndex(({ holds }) => holds === null);
  // Behind a route that takes every request, no other one is reached.
  const tried = everything === -1 ? candidates : candidates.slice(0, everything);
  const last = candidates[everything]?.match ?? null;
  if (tried.length === 0) return () => last;
  return (request) => {
    const parts = partsOf(request);
    for (const { holds, match } of tried) if (holds?.(parts) === true) return match;
    return last;
  };
};

interface Candidate {
  /** `null`: always. */
  readonly holds: ((parts: RequestParts) => boolean) | null;
  readonly match: RouteMatch;
}

interface RequestParts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: RawHeaders;
}

const candidatesOf = (options: RouteOptions): readonly Candidate[] => {
  const route = compileRoute(options);
  if (options.matches.length === 0) return [{ holds: null, match: { route, prefix: '', path: null } }];
  return options.matches.map((match) => ({
    holds: compileMatch(match),
    match: {
      route,
      prefix: match.path?.type === 'PathPrefix' ? withoutSlash(match.path.value) : '',
      path: match.path === null || match.path.type === 'RegularExpression' ? null : match.path.value,
    },
  }));
};

/** What is cheap to look at comes first. */
const compileMatch = ({ path, headers, queryParams, method }: MatchOptions): Candidate['holds'] => {
  const tests: ((parts: RequestParts) => boolean)[] = [];
  if (method !== null) tests.push((parts) => parts.method === method);
  if (path !== null) {
    const holds = compilePath(path);
    tests.push((parts) => holds(parts.path));
  }
  if (headers.length > 0) {
    const holds = compileHeaders(headers);
    tests.push((parts) => holds(parts.headers));
  }
  if (queryParams.length > 0) {
    const holds = compileQuery(queryParams);
    tests.push((parts) => holds(parts.query));
  }
  return tests.length === 0 ? null : (parts) => tests.every((holds) => holds(parts));
};

const partsOf = ({ method, url, headers }: RoutedRequest): RequestParts => {
  const at = url.indexOf('?');
  return at === -1
    ? { method, path: url, query: '', headers }
    : { method, path: url.slice(0, at), query: url.slice(at + 1), headers };
};
