import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { LogList, ServiceList, Span, Trace, TraceList } from '../../../src/programs/telemetry/api.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const START = Date.UTC(2026, 10, 20, 13);

const span = (number: number, parent: number | null, change: Partial<Span>): Span => ({
  spanId: String(number).padStart(16, '0'),
  parentSpanId: parent === null ? null : String(parent).padStart(16, '0'),
  depth: 0,
  service: 'web',
  name: 'GET /orders',
  label: change.name ?? 'GET /orders',
  kind: 'internal',
  startTime: START,
  duration: 120,
  status: 'unset',
  statusMessage: '',
  scope: 'http',
  attributes: {},
  resource: { 'service.name': change.service ?? 'web' },
  events: [],
  links: [],
  ...change,
});

const SPANS: readonly Span[] = [
  span(1, null, { kind: 'server', attributes: { 'http.request.method': 'GET', 'url.path': '/orders' } }),
  span(2, 1, { depth: 1, name: 'check the cart', startTime: START + 4, duration: 20 }),
  span(3, 1, { depth: 1, name: 'POST /charge', kind: 'client', startTime: START + 30, duration: 80 }),
  span(4, 3, {
    ...{
      depth: 2,
      service: 'billing',
      name: 'POST /charge',
      kind: 'server',
      startTime: START + 40,
      duration: 60,
    },
    ...{ status: 'error', statusMessage: 'card declined' },
    attributes: { 'http.response.status_code': 402 },
    events: [{ time: START + 95, name: 'exception', attributes: { 'exception.type': 'CardDeclined' } }],
  }),
];

const SUMMARY = {
  traceId: TRACE_ID,
  root: { service: 'web', name: 'GET', label: 'GET /orders' },
  startTime: START,
  duration: 120,
  errors: 1,
  services: ['web', 'billing'],
};

const TRACES: TraceList = {
  traces: [
    { ...SUMMARY, spans: SPANS.length },
    ...Array.from({ length: 40 }, (_, at) => ({
      traceId: String(at).padStart(32, '0'),
      root: { service: 'worker', name: `job ${at}`, label: `job ${at}` },
      ...{ startTime: START - at * 1_000, duration: at * 3 + 0.5, errors: 0, spans: 1, services: ['worker'] },
    })),
  ],
  next: START,
};

const LOGS: LogList = {
  logs: [
    {
      ...{
        time: START + 96,
        service: 'billing',
        severity: 17,
        severityText: 'ERROR',
        body: 'the card was declined',
      },
      ...{ attributes: {}, traceId: TRACE_ID, spanId: '0000000000000004' },
    },
  ],
  next: START,
};

const SERVICES: ServiceList = {
  services: ['web', 'billing', 'worker'].map((name) => ({
    ...{ name, requestsPerSecond: 2, errorsPerSecond: 0, p50: 3, p95: 12 },
  })),
};

/** What telemetry's admin port answers, for one trace and many small ones. */
const telemetryAnswer = ({ pathname, searchParams }: URL): object | null => {
  if (pathname === '/traces')
    return searchParams.get('error') === '1' ? { ...TRACES, traces: TRACES.traces.slice(0, 1) } : TRACES;
  if (pathname === `/traces/${TRACE_ID}`) return { ...SUMMARY, spans: SPANS } satisfies Trace;
  if (pathname === '/logs') return searchParams.get('trace') === TRACE_ID ? LOGS : { logs: [], next: 0 };
  return pathname === '/services' ? SERVICES : null;
};

/** What Prometheus answers: a wave for the number of requests, and nothing for any other query. */
const prometheusAnswer = ({ pathname, searchParams }: URL): object | null => {
  if (pathname === '/api/v1/label/__name__/values')
    return { status: 'success', data: ['http_server_request_duration_seconds_count', 'up'] };
  if (pathname !== '/api/v1/query_range') return null;
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(searchParams.get(name)));
  const query = searchParams.get('query') ?? '';
  const values = Array.from({ length: ((end ?? 0) - (start ?? 0)) / (step ?? 1) }, (_, at) => [
    (start ?? 0) + at * (step ?? 1),
    String(5 + Math.sin(at / 12)),
  ]);
  const isKnown = query === 'up' || query.startsWith('sum by');
  return { status: 'success', data: { result: isKnown ? [{ metric: { job: 'web' }, values }] : [] } };
};

const serve = async (answer: (url: URL) => object | null): Promise<number> => {
  const server = createServer((request, response) => {
    const found = answer(new URL(request.url ?? '', 'http://sidecar'));
    response.writeHead(found === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? { error: 'not found' }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Ports of servers that answer as `telemetry` and `prometheus` do, always the same. */
export const openSidecarServers = async () => ({
  telemetry: await serve(telemetryAnswer),
  prometheus: await serve(prometheusAnswer),
});
