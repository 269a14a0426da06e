import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRequest } from '../../src/web/plan-request.ts';

const telemetry = (path: string, from: string | null = null) => ({
  ...{ kind: 'sidecar', use: 'telemetry', port: 'admin', path, from },
});
const prometheus = (path: string) => ({ kind: 'sidecar', use: 'prometheus', port: 'http', path, from: null });

describe('what a request of the page is for', () => {
  test.each([
    ['/', { kind: 'file', name: '' }],
    ['/page.js', { kind: 'file', name: 'page.js' }],
    ['/api/live', { kind: 'live', since: null }],
    ['/api/live?since=42', { kind: 'live', since: 42 }],
    ['/api/processes/web', { kind: 'details', process: 'web' }],
    ['/api/telemetry/traces?limit=5&error=1', telemetry('/traces?limit=5&error=1')],
    ['/api/telemetry/traces/4bf92f', telemetry('/traces/4bf92f')],
    ['/api/telemetry/logs?trace=4bf92f', telemetry('/logs?trace=4bf92f')],
    ['/api/telemetry/services', telemetry('/services')],
    ['/api/telemetry/traces?from=otel&limit=5', telemetry('/traces?limit=5', 'otel')],
    ['/api/telemetry/services?from=otel', telemetry('/services', 'otel')],
    ['/api/prometheus/query_range?query=up', prometheus('/api/v1/query_range?query=up')],
    ['/api/prometheus/label/__name__/values', prometheus('/api/v1/label/__name__/values')],
  ])('GET %s', (target, plan) => {
    expect(planRequest('GET', target)).toEqual(plan);
  });

  test('a change is a POST to one path', () => {
    expect(planRequest('POST', '/api/requests')).toEqual({ kind: 'request' });
    expect(planRequest('GET', '/api/requests')).toBe(null);
    expect(planRequest('POST', '/api/live')).toBe(null);
    expect(planRequest('DELETE', '/api/requests')).toBe(null);
  });

  test.each([
    '/api/live?since=-1',
    '/api/live?follow=1',
    '/api/processes/web?reveal=1/..',
    '/api/processes/../ui',
    '/api/processes/%2e%2e',
    '/api/telemetry/config_dump',
    '/api/telemetry/traces/../drain',
    '/api/prometheus/admin/tsdb/snapshot',
    '/api/prometheus/label/../../admin/values',
    `/api/prometheus/query?query=${'x'.repeat(9_000)}`,
  ])('there is no GET %s', (target) => {
    const plan = planRequest('GET', target);
    // The query of a process says nothing, so that no secret can be asked for.
    expect(plan).toEqual(
      target.startsWith('/api/processes/web') ? { kind: 'details', process: 'web' } : null,
    );
  });

  test('whatever is asked, a sidecar is asked for nothing but what the page shows', () => {
    const pieces = fc.constantFrom(
      '/',
      '..',
      '.',
      '%2e',
      '%2f',
      'api',
      'telemetry',
      'prometheus',
      'traces',
      'drain',
    );
    const shown =
      /^(?:\/traces(?:\/[0-9a-f]{1,32})?|\/logs|\/services|\/api\/v1\/(?:query|query_range|label\/\w+\/values))(?:\?|$)/;
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), fc.string(), (path, query) => {
        const plan = planRequest('GET', `/api/${path.join('/')}?${query}`);
        if (plan?.kind === 'sidecar') expect(plan.path).toMatch(shown);
      }),
    );
  });
});
