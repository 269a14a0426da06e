import { describe, expect, it } from 'vitest';
import { findOptionRemarks } from '../../src/cli/option-remarks.ts';
import { makeFolder, podOf } from '../config/support.ts';

const web = { command: 'web', ports: { http: 'auto' } };

const apps = (instances: number, options: object) => ({
  apps: { web: { sidecars: {}, primary: { instances, ...web } } },
  sidecars: { edge: { use: 'ambassador', with: { to: 'web', ...options } } },
});

const remarks = (config: object): readonly string[] => findOptionRemarks(podOf(config));

describe('check warns', () => {
  it('of a passive health check that can never take an endpoint out', () => {
    const passive = { consecutive5XxErrors: 3 };
    expect(remarks(apps(3, { healthCheck: { passive } }))).toEqual([
      'edge: healthCheck.passive takes none of the 3 endpoints of web out: 10 % of them is less than one. ' +
        'Set maxEjectionPercent to 34 or more, or alwaysEjectOneEndpoint.',
    ]);
    for (const change of [{ maxEjectionPercent: 34 }, { alwaysEjectOneEndpoint: true }])
      expect(remarks(apps(3, { healthCheck: { passive: { ...passive, ...change } } }))).toEqual([]);
    expect(remarks(apps(1, { healthCheck: { passive } }))).toEqual([]);
    expect(remarks(apps(3, {}))).toEqual([]);
  });

  it('of a route for POST whose requests may be carried out twice', () => {
    const routes = [{ matches: [{ path: '/orders', method: 'POST' }], to: 'web' }];
    expect(remarks(apps(1, { routes, retry: { retryOn: ['connect-failure', '5xx'] } }))).toEqual([
      "edge: a POST may be carried out twice: retryOn has '5xx', which also means requests that the app has seen. " +
        'Give the route a retry of its own, with numRetries: 0.',
    ]);
    expect(remarks(apps(1, { routes, retry: { retryOn: ['connect-failure'] } }))).toEqual([]);
    const own = routes.map((route) => ({ ...route, retry: { numRetries: 0 } }));
    expect(remarks(apps(1, { routes: own, retry: { retryOn: ['5xx'] } }))).toEqual([]);
  });

  it('of a longest time for a stream of events', () => {
    const headers = [{ name: 'Accept', value: 'text/event-stream' }];
    const routes = [{ matches: [{ path: '/', headers }], to: 'web' }];
    expect(remarks(apps(1, { routes, timeouts: { request: '5s' } }))).toEqual([
      'edge: a stream of events ends after 5000 ms: timeouts.request is for the whole response. Set it to 0 for the route.',
    ]);
    expect(remarks(apps(1, { routes }))).toEqual([]);
  });

  it('of files that are not there yet, but not of those in a folder that the pod makes', () => {
    const folder = makeFolder({ 'app.log': 'a line\n' });
    const ship = (from: object) => ({
      volumes: { logs: {} },
      sidecars: {
        sink: { use: 'log-sink' },
        ship: { use: 'log-shipper', with: { from, to: { http: 'sink' } } },
      },
      primary: { name: 'web', ...web },
    });
    expect(remarks(ship({ path: folder, include: ['*.log'] }))).toEqual([]);
    expect(remarks(ship({ path: folder, include: ['*.json', '*.txt'] }))).toEqual([
      `ship: no file in ${folder} matches *.json, *.txt yet.`,
    ]);
    expect(remarks(ship({ path: folder, include: ['*.log'], exclude: ['app.*'] }))).toHaveLength(1);
    expect(remarks(ship({ volume: 'logs' }))).toEqual([]);
  });
});
