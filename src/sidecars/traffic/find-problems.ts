import type { PresetPlace } from '../../config/expand/preset.ts';
import type { Route, TrafficFilters, TrafficPolicies } from '../../config/traffic.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { patternProblems } from './check.ts';
import { filterProblems } from './filter-problems.ts';
import { valueMatchProblems } from './match-problems.ts';
import { retryProblems } from './retry-problems.ts';
import { milliseconds } from './time.ts';

/** Finds options that do not go together in the policies of a backend. */
export const policyProblems = (
  { loadBalancer, timeouts, retry, healthCheck }: TrafficPolicies,
  path: FieldPath,
): readonly ConfigProblem[] => [
  ...balancerProblems(loadBalancer, [...path, 'loadBalancer']),
  ...timeoutProblems(timeouts, [...path, 'timeouts']),
  ...retryProblems(retry, [...path, 'retry']),
  ...passiveProblems(healthCheck?.passive, [...path, 'healthCheck', 'passive']),
];

export const routeProblems = (
  routes: readonly Route[],
  common: TrafficPolicies & TrafficFilters,
  place: PresetPlace,
): readonly ConfigProblem[] =>
  routes.flatMap(({ matches = [], filters = {}, timeouts, retry }, index) => {
    const path = [...place.path, 'routes', index];
    return [
      ...matches.flatMap((match, each) => matchProblems(match, [...path, 'matches', each])),
      ...filterProblems(filters, [...path, 'filters']),
      ...timeoutProblems({ ...common.timeouts, ...timeouts }, [...path, 'timeouts']).filter(
        () => timeouts !== undefined,
      ),
      ...retryProblems(retry, [...path, 'retry']),
    ];
  });

type Match = NonNullable<Route['matches']>[number];

const matchProblems = (
  { path, headers = [], queryParams = [] }: Match,
  at: FieldPath,
): readonly ConfigProblem[] => [
  ...(typeof path === 'object' && path.type === 'RegularExpression'
    ? patternProblems(path.value, [...at, 'path', 'value'])
    : []),
  ...(typeof path === 'object' && path.type !== 'RegularExpression' && !/^(?:\/|\$\{)/.test(path.value)
    ? [{ kind: 'invalid', path: [...at, 'path', 'value'], found: path.value, expected: 'url-path' } as const]
    : []),
  ...valueMatchProblems(headers, [...at, 'headers']),
  ...valueMatchProblems(queryParams, [...at, 'queryParams']),
];

const balancerProblems = (
  balancer: TrafficPolicies['loadBalancer'],
  path: FieldPath,
): readonly ConfigProblem[] => {
  const { type, by } = (balancer ?? {}) as { readonly type?: string; readonly by?: HashBy };
  if (type !== 'ConsistentHash')
    return by === undefined
      ? []
      : [{ kind: 'needs', path: [...path, 'by'], needs: "type: 'ConsistentHash'" }];
  if (by === undefined) return [{ kind: 'missing', path: [...path, 'by'], expected: 'hash-by' }];
  if (by.type === 'SourceIP')
    return by.name === undefined
      ? []
      : [{ kind: 'excludes', path: [...path, 'by', 'name'], other: "type: 'SourceIP'" }];
  return by.name === undefined ? [{ kind: 'missing', path: [...path, 'by', 'name'], expected: 'path' }] : [];
};

interface HashBy {
  readonly type: string;
  readonly name?: string;
}

const timeoutProblems = (
  { request, backendRequest }: NonNullable<TrafficPolicies['timeouts']> = {},
  path: FieldPath,
): readonly ConfigProblem[] => {
  const [whole, one] = [milliseconds(request, 0), milliseconds(backendRequest, 0)];
  return whole > 0 && one > whole
    ? [{ kind: 'out-of-order', path: [...path, 'backendRequest'], is: 'longer', than: 'request' }]
    : [];
};

const passiveProblems = (
  passive: NonNullable<TrafficPolicies['healthCheck']>['passive'],
  path: FieldPath,
): readonly ConfigProblem[] => {
  if (passive === undefined || passive === false) return [];
  const base = milliseconds(passive.baseEjectionTime, 30_000);
  const longest = milliseconds(passive.maxEjectionTime, 300_000);
  if (longest >= base) return [];
  const field = passive.maxEjectionTime === undefined ? 'baseEjectionTime' : 'maxEjectionTime';
  return field === 'maxEjectionTime'
    ? [{ kind: 'out-of-order', path: [...path, field], is: 'shorter', than: 'baseEjectionTime' }]
    : [{ kind: 'out-of-order', path: [...path, field], is: 'longer', than: 'maxEjectionTime (5m)' }];
};
