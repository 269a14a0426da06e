import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import type { ProxyOptions, RouteOptions, TracingOptions } from '../../../../src/programs/proxy/options.ts';
import { eventually } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { attribute, type Collector, collectorHere } from '../support/collector.ts';
import { proxyHere } from '../support/proxy-here.ts';
import { clusterOptions, listenerOptions, proxyOptions, routeOptions } from '../support/proxy-options.ts';
import { httpServer } from '../support/server.ts';

const [trace, client] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

const { retry } = routeOptions();
const ON_5XX: Partial<RouteOptions> = {
  retry: { ...retry, retryOn: ['5xx'], numRetries: 3, backOff: { ...retry.backOff, baseInterval: 1 } },
};

const tracingTo = ({ url }: Pick<Collector, 'url'>, percentage = 100): TracingOptions => ({
  ...{ endpoint: url, service: 'edge', percentage, scheduleDelay: 5 },
});

/** A proxy with spans in front of a server that keeps the headers it gets. */
const traced = async (
  serve: RequestListener,
  {
    route = {},
    percentage = 100,
    ...more
  }: Partial<ProxyOptions> & {
    readonly route?: Partial<RouteOptions>;
    readonly percentage?: number;
  } = {},
) => {
  const collector = await collectorHere();
  const seen: (string | undefined)[] = [];
  const port = await httpServer((incoming, response) => {
    seen.push(incoming.headers['traceparent'] as string | undefined);
    serve(incoming, response);
  });
  const listeners = [listenerOptions({ routes: [routeOptions(route)] })];
  const tracing = tracingTo(collector, percentage);
  const { proxy, port: own } = await proxyHere(proxyOptions(port, { listeners, tracing, ...more }));
  return { collector, seen, proxy, url: `http://127.0.0.1:${own}` };
};

const ok: RequestListener = (_, response) => void response.end('ok');

const failingFirst = (times: number): RequestListener => {
  let asked = 0;
  return (_, response) => {
    asked += 1;
    response.writeHead(asked <= times ? 503 : 200).end();
  };
};

describe('the spans of a request', () => {
  it('begin a trace, which goes on to the app below the span of the try', async () => {
    const { collector, seen, url } = await traced(ok);
    await (await fetch(`${url}/orders?id=7`)).text();
    const [server, attempt] = await collector.take(2);
    expect(server).toMatchObject({ service: 'edge', kind: 2, name: 'GET' });
    expect(attempt).toMatchObject({ kind: 3, traceId: server?.traceId, parentSpanId: server?.spanId });
    expect(seen).toEqual([`00-${server?.traceId}-${attempt?.spanId}-01`]);
    expect(attribute(server, 'url.path')).toBe('/orders');
    expect(server?.parentSpanId ?? '').toBe('');
  });

  it('enclose each other, and lie in the time in which the test asked', async () => {
    const { collector, url } = await traced(ok);
    const before = BigInt(Date.now() - 1) * 1_000_000n;
    await (await fetch(url)).text();
    const [server, attempt] = await collector.take(2);
    const after = BigInt(Date.now() + 1) * 1_000_000n;
    const times = [
      ...[server?.startTimeUnixNano, attempt?.startTimeUnixNano],
      ...[attempt?.endTimeUnixNano, server?.endTimeUnixNano],
    ].map((time) => BigInt(time ?? 0));
    expect(times).toEqual(times.toSorted((one, other) => (one < other ? -1 : Number(one > other))));
    expect([before < (times[0] ?? 0n), (times[3] ?? 0n) < after]).toEqual([true, true]);
  });

  it('join the trace of a client, and its state goes on', async () => {
    let state: unknown;
    const { collector, seen, url } = await traced((incoming, response) => {
      state = incoming.headers['tracestate'];
      response.end();
    });
    await fetch(url, { headers: { traceparent: `00-${trace}-${client}-01`, tracestate: 'vendor=1' } });
    const [server, attempt] = await collector.take(2);
    expect(server).toMatchObject({ traceId: trace, parentSpanId: client, traceState: 'vendor=1' });
    expect(seen).toEqual([`00-${trace}-${attempt?.spanId}-01`]);
    expect(state).toBe('vendor=1');
  });

  it('are not there for a trace that its client does not sample, which goes on as it is', async () => {
    const { collector, seen, url } = await traced(ok);
    const unsampled = `00-${trace}-${client}-00`;
    await fetch(url, { headers: { traceparent: unsampled } });
    await fetch(url, { headers: { traceparent: `00-${trace}-${client}-01` } });
    await collector.take(2);
    expect(seen[0]).toBe(unsampled);
    expect(collector.spans.length).toBe(2);
  });

  it('are those of a share of the traces that begin here, and the app is told of the others, too', async () => {
    const { collector, seen, url } = await traced(ok, { percentage: 0 });
    await fetch(url);
    await fetch(url, { headers: { traceparent: `00-${trace}-${client}-01` } });
    await collector.take(2);
    expect(collector.spans.map(({ traceId }) => traceId)).toEqual([trace, trace]);
    expect(seen[0]).toMatch(/-00$/);
  });

  it('show every try, each of which the app sees as another parent', async () => {
    const { collector, seen, url } = await traced(failingFirst(2), { route: ON_5XX });
    expect((await fetch(url)).status).toBe(200);
    const [server, ...tries] = await collector.take(4);
    expect(tries.map((span) => attribute(span, 'http.response.status_code'))).toEqual(
      [503, 503, 200].map((status) => expect.toSatisfy((value) => Number(value) === status)),
    );
    expect(tries.map((span) => Number(attribute(span, 'http.request.resend_count') ?? 0))).toEqual([0, 1, 2]);
    expect(tries.map(({ status }) => status?.code ?? 0)).toEqual([2, 2, 0]);
    expect(seen).toEqual(tries.map(({ spanId }) => `00-${server?.traceId}-${spanId}-01`));
    expect(server?.status?.code ?? 0).toBe(0);
  });

  it('say that nothing listened, and what the client got', async () => {
    const clusters = { web: clusterOptions([await freePort()], { holdFor: 0 }) };
    const route = { retry: { ...retry, numRetries: 0 } };
    const { collector, url } = await traced(ok, { clusters, route });
    expect((await fetch(url)).status).toBe(503);
    const [server, attempt] = await collector.take(2);
    expect(attribute(attempt, 'error.type')).toBe('connect-failure');
    expect(attribute(server, 'error.type')).toBe('503');
    expect(server?.status?.code).toBe(2);
  });

  it('end with a timeout, or when the client has gone', async () => {
    const { collector, url } = await traced(() => undefined, {
      route: { timeouts: { request: 50, backendRequest: 0, idle: 0 } },
    });
    expect((await fetch(url)).status).toBe(504);
    const [, late] = await collector.take(2);
    expect(attribute(late, 'error.type')).toBe('timeout');

    const patient = await traced(() => undefined);
    const abort = new AbortController();
    const asked = fetch(patient.url, { signal: abort.signal }).catch(() => 'gone');
    await eventually('the request at the app', () => patient.seen.length === 1);
    abort.abort();
    await asked;
    const [server, gone] = await patient.collector.take(2);
    expect(attribute(gone, 'error.type')).toBe('canceled');
    expect(server?.status?.code ?? 0).toBe(0);
  });

  it('have the path that the route asks for in their name', async () => {
    const path = { type: 'PathPrefix' as const, value: '/api' };
    const matches = [{ path, headers: [], queryParams: [], method: null }];
    const { collector, url } = await traced(ok, { route: { matches } });
    await fetch(`${url}/api/users/7`);
    expect((await fetch(`${url}/other`)).status).toBe(404);
    const [first, second] = await collector.take(3);
    expect([first?.name, second?.name]).toEqual(['GET /api', 'GET']);
  });
});

describe('the spans of what is no plain request', () => {
  it('end for a WebSocket when it is open, however long it stays so', async () => {
    const collector = await collectorHere();
    const port = await httpServer(
      (_, response) => response.end(),
      (server) => {
        const sockets = new WebSocketServer({ server });
        onTestFinished(() => sockets.close());
      },
    );
    const { port: own } = await proxyHere(proxyOptions(port, { tracing: tracingTo(collector) }));
    const socket = new WebSocket(`ws://127.0.0.1:${own}/live`);
    onTestFinished(() => socket.terminate());
    const [server, attempt] = await collector.take(2);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    for (const span of [server, attempt])
      expect(Number(attribute(span, 'http.response.status_code'))).toBe(101);
  });

  it('have the status of gRPC, from the trailers', async () => {
    const collector = await collectorHere();
    const server = createHttp2Server().on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '14' }));
      stream.resume().end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const clusters = { web: clusterOptions([port], { protocol: 'h2' }) };
    const { port: own } = await proxyHere(proxyOptions(port, { clusters, tracing: tracingTo(collector) }));
    const client = connectHttp2(`http://127.0.0.1:${own}`);
    onTestFinished(() => client.destroy());
    const call = client.request({
      ...{
        ':method': 'POST',
        ':path': '/shop.Orders/Get',
        'content-type': 'application/grpc',
        te: 'trailers',
      },
    });
    call.resume().end();
    await once(call, 'close');
    const spans = await collector.take(2);
    expect(spans.map(({ name }) => name)).toEqual(['shop.Orders/Get', 'shop.Orders/Get']);
    for (const span of spans) {
      expect(attribute(span, 'rpc.response.status_code')).toBe('UNAVAILABLE');
      expect(span.status?.code).toBe(2);
    }
  });
});

describe('the collector of a proxy', () => {
  it('gets what is left at a stop', async () => {
    const { collector, proxy, url } = await traced(ok);
    await (await fetch(url)).text();
    await proxy.end();
    expect(collector.spans.length).toBe(2);
    expect(proxy.tracing.counts).toEqual({ sent: 2, dropped: 0 });
  });

  it('that takes nothing costs no request anything, and what is lost is counted', async () => {
    const refusing = await collectorHere(400);
    const { proxy, url, collector } = await traced(ok, { tracing: tracingTo(refusing) });
    expect((await fetch(url)).status).toBe(200);
    await eventually('dropped spans', () => proxy.tracing.counts.dropped === 2);
    expect(collector.spans).toEqual([]);
  });

  it('that is away does not keep a proxy from its end', async () => {
    const away = { url: `http://127.0.0.1:${await freePort()}` };
    const { proxy, url } = await traced(ok, { tracing: tracingTo(away) });
    await (await fetch(url)).text();
    const from = Date.now();
    await proxy.end();
    expect(proxy.tracing.counts).toEqual({ sent: 0, dropped: 2 });
    expect(Date.now() - from).toBeLessThan(10_000);
  });

  it('is another one after a reload, and the counts go on', async () => {
    const { collector, proxy, url } = await traced(ok);
    await (await fetch(url)).text();
    await collector.take(2);
    const other = await collectorHere();
    await proxy.apply({ ...proxy.options, tracing: tracingTo(other) });
    await (await fetch(url)).text();
    await other.take(2);
    await eventually('all counts', () => proxy.tracing.counts.sent === 4);
    await proxy.apply({ ...proxy.options, tracing: null });
    await (await fetch(url)).text();
    expect(proxy.tracing.counts).toEqual({ sent: 4, dropped: 0 });
  });
});
