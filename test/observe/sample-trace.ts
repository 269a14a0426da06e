import type { Span, Trace, TraceSummary } from '../../src/programs/telemetry/api.ts';

/** 2026-11-20, 14:03:07 where the tests run. */
const START = new Date(2026, 10, 20, 14, 3, 7).getTime();

export const sampleSpan = (changes: Partial<Span> = {}): Span => ({
  ...{ spanId: 'a'.repeat(16), parentSpanId: null, depth: 0, service: 'edge', name: 'GET', kind: 'server' },
  label: changes.name ?? 'GET',
  ...{ startTime: START, duration: 100, status: 'unset', statusMessage: '', scope: 'sidecarctl' },
  ...{ attributes: {}, resource: {}, events: [], links: [] },
  ...changes,
});

/** A request through an ambassador to an app, whose query fails. */
export const sampleTrace = (changes: Partial<Trace> = {}): Trace => ({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  root: { service: 'edge', name: 'GET', label: 'GET /orders' },
  ...{ startTime: START, duration: 100, errors: 1, services: ['edge', 'web'] },
  spans: [
    sampleSpan({
      label: 'GET /orders',
      attributes: { 'http.request.method': 'GET', 'url.path': '/orders' },
    }),
    sampleSpan({ spanId: 'b'.repeat(16), depth: 1, kind: 'client', startTime: START + 5, duration: 90 }),
    sampleSpan({
      ...{ spanId: 'c'.repeat(16), depth: 2, service: 'web', name: 'GET /orders', duration: 80 },
      startTime: START + 10,
    }),
    sampleSpan({
      ...{ spanId: 'd'.repeat(16), depth: 3, service: 'web', name: 'SELECT orders', kind: 'client' },
      ...{ startTime: START + 50, duration: 25, status: 'error', statusMessage: 'no such table: orders' },
      events: [{ time: START + 60, name: 'exception', attributes: { 'exception.type': 'SqliteError' } }],
    }),
  ],
  ...changes,
});

export const sampleSummary = (changes: Partial<TraceSummary> = {}): TraceSummary => {
  const { traceId, root, startTime, duration, errors, services } = sampleTrace();
  return { traceId, root, startTime, duration, errors, services, spans: 4, ...changes };
};
