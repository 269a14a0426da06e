import { describe, expect, it } from 'vitest';
import type { OtlpSpan } from '../../../../src/programs/otlp/messages.ts';
import type { ServerFacts, TryFacts } from '../../../../src/programs/proxy/tracing/span-facts.ts';
import { spansOf } from '../../../../src/programs/proxy/tracing/spans-of.ts';

const server: ServerFacts = {
  ...{ spanId: 'a'.repeat(16), parentId: null, start: 1_700_000_000_000.25, end: 1_700_000_000_012.5 },
  ...{ status: 200, grpcStatus: null, route: null, flags: [] },
  request: {
    ...{ method: 'GET', url: '/orders?id=7', scheme: 'https', authority: 'localhost:8443' },
    ...{ protocol: 'HTTP/2', ip: '127.0.0.1', headers: ['user-agent', 'curl/8'] },
  },
};

const attempt: TryFacts = {
  ...{ spanId: 'b'.repeat(16), start: 1_700_000_000_001, end: 1_700_000_000_011, status: 200 },
  ...{ grpcStatus: null, resends: 0, method: 'GET', scheme: 'http', path: '/orders?id=7' },
  ...{ host: '127.0.0.1:3000', address: '127.0.0.1:3000', protocol: 'http/1.1', cluster: 'web' },
  failure: null,
};

const spans = (
  changes: Partial<ServerFacts> = {},
  tries: readonly Partial<TryFacts>[] = [{}],
  isGrpc = false,
): readonly OtlpSpan[] =>
  spansOf({
    ...{ traceId: 'c'.repeat(32), traceState: 'a=1', isGrpc, server: { ...server, ...changes } },
    tries: tries.map((each) => ({ ...attempt, ...each })),
  });

const attributesOf = (span: OtlpSpan | undefined): Readonly<Record<string, unknown>> =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));

const requestWith = (changes: Partial<ServerFacts['request']>): Partial<ServerFacts> => ({
  request: { ...server.request, ...changes },
});

describe('the span of a request', () => {
  it('has the attributes of the conventions for HTTP', () => {
    const [span] = spans();
    expect(span).toMatchObject({
      ...{ traceId: 'c'.repeat(32), spanId: 'a'.repeat(16), traceState: 'a=1', name: 'GET', kind: 2 },
      startTimeUnixNano: '1700000000000250000',
      endTimeUnixNano: '1700000000012500000',
    });
    expect([span?.parentSpanId, span?.status]).toEqual(['', { code: 0 }]);
    expect(attributesOf(span)).toEqual({
      'http.request.method': 'GET',
      'url.scheme': 'https',
      'url.path': '/orders',
      'url.query': 'id=7',
      'server.address': 'localhost',
      'server.port': 8443,
      'client.address': '127.0.0.1',
      'network.protocol.version': '2',
      'user_agent.original': 'curl/8',
      'http.response.status_code': 200,
    });
  });

  it('is below that of the client', () => {
    expect(spans({ parentId: 'd'.repeat(16) })[0]).toMatchObject({ parentSpanId: 'd'.repeat(16) });
  });

  it('has the path of its route in its name', () => {
    const [span] = spans({ route: '/orders' });
    expect(span?.name).toBe('GET /orders');
    expect(attributesOf(span)).toMatchObject({ 'http.route': '/orders' });
  });

  it('is never named by a method that a client has made up', () => {
    const [span] = spans(requestWith({ method: 'BREW' }));
    expect(span?.name).toBe('HTTP');
    expect(attributesOf(span)).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'BREW',
    });
  });

  it('is an error from 500 on, and not for a mistake of the client', () => {
    expect(spans({ status: 404 })[0]?.status).toEqual({ code: 0 });
    const [span] = spans({ status: 503, flags: ['UF', 'URX'] });
    expect(span?.status).toEqual({ code: 2 });
    expect(attributesOf(span)).toMatchObject({
      'error.type': '503',
      'sidecarctl.response_flags': { values: [{ stringValue: 'UF' }, { stringValue: 'URX' }] },
    });
  });

  it('is an error if the response was cut off, and not if the client has gone', () => {
    expect(attributesOf(spans({ flags: ['UC'] })[0])).toMatchObject({ 'error.type': 'UC' });
    const [gone] = spans({ status: 0, flags: ['DC'] });
    expect(gone?.status).toEqual({ code: 0 });
    expect(attributesOf(gone)).not.toHaveProperty('http.response.status_code');
  });

  it('does not tell secrets in its query', () => {
    const [span, client] = spans(requestWith({ url: '/a?b=1&access_token=s3cret&sig=x' }), [
      { path: '/a?api_key=s3cret' },
    ]);
    expect(attributesOf(span)['url.query']).toBe('b=1&access_token=REDACTED&sig=REDACTED');
    expect(attributesOf(client)['url.full']).toBe('http://127.0.0.1:3000/a?api_key=REDACTED');
  });
});

describe('the span of a try', () => {
  it('is below that of the request, with the address of the endpoint', () => {
    const [, span] = spans();
    expect(span).toMatchObject({ kind: 3, name: 'GET', parentSpanId: 'a'.repeat(16) });
    expect(attributesOf(span)).toEqual({
      'http.request.method': 'GET',
      'url.full': 'http://127.0.0.1:3000/orders?id=7',
      'server.address': '127.0.0.1',
      'server.port': 3000,
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
      'sidecarctl.cluster': 'web',
    });
  });

  it('is counted from the second one on', () => {
    const [, first, second] = spans({}, [{ status: 503 }, { resends: 1 }]);
    expect(attributesOf(first)).not.toHaveProperty('http.request.resend_count');
    expect(attributesOf(second)).toMatchObject({ 'http.request.resend_count': 1 });
  });

  it('is an error from 400 on, or by what has kept it from a response', () => {
    expect(attributesOf(spans({}, [{ status: 404 }])[1])).toMatchObject({ 'error.type': '404' });
    const [, refused] = spans({}, [{ status: 0, failure: 'connect-failure' }]);
    expect(refused?.status).toEqual({ code: 2 });
    expect(attributesOf(refused)).toMatchObject({ 'error.type': 'connect-failure' });
    expect(attributesOf(refused)).not.toHaveProperty('http.response.status_code');
  });
});

describe('spans of a call of gRPC', () => {
  const call = requestWith({ method: 'POST', url: '/shop.Orders/Get' });
  const of = (grpcStatus: string) =>
    spans({ ...call, grpcStatus }, [{ path: '/shop.Orders/Get', method: 'POST', grpcStatus }], true);

  it('have the name of the method', () => {
    const [span, client] = of('0');
    expect([span?.name, client?.name]).toEqual(['shop.Orders/Get', 'shop.Orders/Get']);
    expect(attributesOf(span)).toMatchObject({
      'rpc.system.name': 'grpc',
      'rpc.method': 'shop.Orders/Get',
      'rpc.response.status_code': 'OK',
    });
    expect(client?.status).toEqual({ code: 0 });
  });

  it('are errors by the status of gRPC, of the server only if it is its own', () => {
    const [span, client] = of('5');
    expect(span?.status).toEqual({ code: 0 });
    expect(attributesOf(client)).toMatchObject({ 'error.type': 'NOT_FOUND' });
    expect(attributesOf(of('14')[0])).toMatchObject({ 'error.type': 'UNAVAILABLE' });
    expect(attributesOf(of('99')[1])).toMatchObject({ 'error.type': '99' });
  });
});
