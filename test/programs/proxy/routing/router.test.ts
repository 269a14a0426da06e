import { describe, expect, it, test } from 'vitest';
import type { MatchOptions, RouteOptions } from '../../../../src/programs/proxy/options.ts';
import { compileRoutes } from '../../../../src/programs/proxy/routing/router.ts';
import { routeOptions } from '../support/proxy-options.ts';

const match = (changes: Partial<MatchOptions>): MatchOptions => ({
  ...{ path: null, headers: [], queryParams: [], method: null },
  ...changes,
});

const route = (cluster: string, ...matches: readonly Partial<MatchOptions>[]): RouteOptions =>
  routeOptions({ to: [{ cluster, weight: 1 }], matches: matches.map(match) });

/** The cluster that a request goes to. */
const clusterOf = (
  routes: readonly RouteOptions[],
  url: string,
  { method = 'GET', headers = [] as readonly string[] } = {},
): string | null => compileRoutes(routes)({ method, url, headers })?.route.pickCluster(0) ?? null;

describe('a route', () => {
  it('without matches takes every request', () => {
    expect(clusterOf([route('web')], '*', { method: 'OPTIONS' })).toBe('web');
  });

  it.each([
    ['Exact', '/foo', '/foo', true],
    ['Exact', '/foo', '/foo?a=1', true],
    ['Exact', '/foo', '/foo/', false],
    ['Exact', '/foo', '/Foo', false],
    ['PathPrefix', '/foo', '/foo', true],
    ['PathPrefix', '/foo', '/foo?a=1', true],
    ['PathPrefix', '/foo', '/foo/', true],
    ['PathPrefix', '/foo', '/foo/bar', true],
    ['PathPrefix', '/foo', '/foobar', false],
    ['PathPrefix', '/foo', '/a/foo', false],
    ['PathPrefix', '/foo/', '/foo', true],
    ['PathPrefix', '/', '/anything', true],
    ['RegularExpression', '/v\\d+/.*', '/v2/users', true],
    ['RegularExpression', '/v\\d+', '/v2/users', false],
    ['RegularExpression', '/a|/b', '/b', true],
    ['RegularExpression', '/a|/b', '/bb', false],
  ] as const)('with the path %s %s and the request %s: %s', (type, value, url, isMatch) => {
    expect(clusterOf([route('web', { path: { type, value } })], url)).toBe(isMatch ? 'web' : null);
  });

  it.each([
    [{ type: 'Exact', name: 'x-canary', value: 'yes' }, ['X-Canary', 'yes'], true],
    [{ type: 'Exact', name: 'X-Canary', value: 'yes' }, ['x-canary', 'no'], false],
    [{ type: 'Exact', name: 'x-canary', value: 'a, b' }, ['x-canary', 'a', 'x-canary', 'b'], true],
    [{ type: 'RegularExpression', name: 'x-canary', value: 'y.*' }, ['x-canary', 'yes'], true],
    [{ type: 'RegularExpression', name: 'x-canary', value: 'y' }, ['x-canary', 'yes'], false],
    [{ type: 'Present', name: 'x-canary', value: '' }, ['x-canary', ''], true],
    [{ type: 'Present', name: 'x-canary', value: '' }, ['x-other', ''], false],
  ] as const)('with the header %o and the headers %j: %s', (header, headers, isMatch) => {
    expect(clusterOf([route('web', { headers: [header] })], '/', { headers })).toBe(isMatch ? 'web' : null);
  });

  it.each([
    [{ type: 'Exact', name: 'a', value: 'x y' }, '/?a=x%20y', true],
    [{ type: 'Exact', name: 'a', value: '1' }, '/?a=1&a=2', true],
    [{ type: 'Exact', name: 'a', value: '2' }, '/?a=1&a=2', false],
    [{ type: 'Exact', name: 'A', value: '1' }, '/?a=1', false],
    [{ type: 'RegularExpression', name: 'a', value: '\\d+' }, '/?a=12', true],
    [{ type: 'Present', name: 'a', value: '' }, '/?a', true],
    [{ type: 'Present', name: 'a', value: '' }, '/', false],
  ] as const)('with the parameter %o and the request %s: %s', (parameter, url, isMatch) => {
    expect(clusterOf([route('web', { queryParams: [parameter] })], url)).toBe(isMatch ? 'web' : null);
  });

  it('needs all parts of one of its matches', () => {
    const routes = [
      route('web', { method: 'POST', path: { type: 'Exact', value: '/a' } }, { method: 'PUT' }),
    ];
    expect(clusterOf(routes, '/a', { method: 'POST' })).toBe('web');
    expect(clusterOf(routes, '/b', { method: 'POST' })).toBeNull();
    expect(clusterOf(routes, '/b', { method: 'PUT' })).toBe('web');
  });

  it('that is the first in the list counts, however exact the others are', () => {
    const routes = [
      route('first', { path: { type: 'PathPrefix', value: '/a' } }),
      route('second', { path: { type: 'Exact', value: '/a/b' } }),
      route('rest'),
      route('never', { method: 'GET' }),
    ];
    expect(clusterOf(routes, '/a/b')).toBe('first');
    expect(clusterOf(routes, '/c')).toBe('rest');
  });

  it('tells which prefix of the path it took', () => {
    const router = compileRoutes([
      route('a', { path: { type: 'PathPrefix', value: '/api/' } }),
      route('b', { path: { type: 'Exact', value: '/b' } }),
    ]);
    expect(router({ method: 'GET', url: '/api/x', headers: [] })?.prefix).toBe('/api');
    expect(router({ method: 'GET', url: '/b', headers: [] })?.prefix).toBe('');
  });

  it.each(['(', 'a)(?:b', '['])('with the expression %s does not compile', (value) => {
    expect(() => compileRoutes([route('web', { path: { type: 'RegularExpression', value } })])).toThrow();
  });
});

describe('weights', () => {
  const weighted = (...weights: readonly number[]) =>
    compileRoutes([routeOptions({ to: weights.map((weight, at) => ({ cluster: `${at}`, weight })) })])({
      method: 'GET',
      url: '/',
      headers: [],
    })?.route.pickCluster ?? (() => null);

  test('share the requests', () => {
    const pick = weighted(9, 0, 1);
    const counts = new Map<string | null, number>();
    for (let at = 0; at < 1000; at += 1) {
      const cluster = pick(at / 1000);
      counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({ 0: 900, 2: 100 });
  });

  test('of 0 everywhere leave no cluster, and a single one needs no number', () => {
    expect(weighted(0, 0)(0.5)).toBeNull();
    expect(weighted(0, 5)(0.999)).toBe('1');
  });
});
