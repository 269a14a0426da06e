import { describe, expect, it, test } from 'vitest';
import { compileChanges } from '../../../../src/programs/proxy/routing/change-headers.ts';
import { forwardHeaders } from '../../../../src/programs/proxy/routing/forward-headers.ts';
import type { ForwardedRequest } from '../../../../src/programs/proxy/routing/forwarded-request.ts';
import { endToEnd } from '../../../../src/programs/proxy/routing/hop-by-hop.ts';

const forward = (headers: readonly string[], changes: Partial<ForwardedRequest> = {}) =>
  forwardHeaders({
    ...{ headers, ip: '127.0.0.1', scheme: 'https', authority: 'localhost:41234', host: 'localhost:41234' },
    ...{ forwarded: 'x-forwarded', isUpgrade: false, keepsTe: false },
    ...{ traceparent: null, startsSampled: true },
    ...changes,
  });

/** All lines of a header as they go out. */
const linesOf = (headers: readonly string[], name: string): readonly string[] =>
  headers.flatMap((each, at) => (at % 2 === 0 && each.toLowerCase() === name ? [headers[at + 1] ?? ''] : []));

describe('changes of headers', () => {
  it('set, add and remove whatever the case', () => {
    const change = compileChanges({ set: { 'x-a': '2' }, add: { 'X-B': '2' }, remove: ['X-C'] });
    expect(change(['X-A', '0', 'x-b', '1', 'x-c', '1', 'x-A', '1', 'x-d', '1'])).toEqual([
      ...['x-b', '1', 'x-d', '1'],
      ...['x-a', '2', 'X-B', '2'],
    ]);
  });

  it('remove before they add, so that what is added stays', () => {
    expect(compileChanges({ set: {}, add: { a: '2' }, remove: ['a'] })(['a', '1'])).toEqual(['a', '2']);
  });

  it('that are none copy nothing', () => {
    const headers = ['a', '1'];
    expect(compileChanges({ set: {}, add: {}, remove: [] })(headers)).toBe(headers);
  });
});

describe('headers of one hop', () => {
  test.each([
    ['Connection', 'keep-alive'],
    ['Keep-Alive', 'timeout=5'],
    ['Proxy-Connection', 'keep-alive'],
    ['Proxy-Authorization', 'Basic eA=='],
    ['Proxy-Authenticate', 'Basic'],
    ['Transfer-Encoding', 'chunked'],
    ['TE', 'trailers'],
    ['Upgrade', 'websocket'],
    ['HTTP2-Settings', 'AAM'],
    [':authority', 'localhost'],
  ])('%s ends in both directions', (name, value) => {
    expect(endToEnd([name, value, 'x-a', '1'])).toEqual(['x-a', '1']);
    expect(linesOf(forward([name, value]).headers, name.toLowerCase())).toEqual([]);
  });

  it('are those too that Connection names, in any of its lines', () => {
    const headers = [
      'Connection',
      'close, X-One',
      'X-One',
      '1',
      'x-two',
      '2',
      'connection',
      'x-Two',
      'x-b',
      '3',
    ];
    expect(endToEnd(headers)).toEqual(['x-b', '3']);
    const { headers: sent } = forward(headers);
    expect([linesOf(sent, 'x-one'), linesOf(sent, 'x-two'), linesOf(sent, 'x-b')]).toEqual([[], [], ['3']]);
  });

  it('cannot be those that everybody needs', () => {
    const { headers } = forward([
      'Connection',
      'host, content-length, cookie',
      'content-length',
      '3',
      'cookie',
      'a',
    ]);
    expect(linesOf(headers, 'host')).toEqual(['localhost:41234']);
    expect(linesOf(headers, 'content-length')).toEqual(['3']);
    expect(linesOf(headers, 'cookie')).toEqual(['a']);
  });

  it('keep an upgrade where it is one', () => {
    const asked = ['Connection', 'Upgrade, x-a', 'Upgrade', 'websocket', 'x-a', '1'];
    const { headers } = forward(asked, { isUpgrade: true });
    expect(linesOf(headers, 'connection')).toEqual(['upgrade']);
    expect(linesOf(headers, 'upgrade')).toEqual(['websocket']);
    expect(linesOf(headers, 'x-a')).toEqual([]);
    expect(endToEnd(asked, true)).toEqual(['connection', 'upgrade', 'Upgrade', 'websocket']);
  });

  it('keep the trailers that gRPC asks for, and no other coding', () => {
    expect(linesOf(forward(['TE', 'gzip, Trailers'], { keepsTe: true }).headers, 'te')).toEqual(['trailers']);
    expect(linesOf(forward(['TE', 'gzip'], { keepsTe: true }).headers, 'te')).toEqual([]);
  });

  it('leave several lines and their case as they are', () => {
    expect(endToEnd(['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])).toEqual([
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
    ]);
  });
});

describe('the host', () => {
  it('goes out as it is said to, once, or not at all', () => {
    expect(linesOf(forward(['Host', 'other'], { host: 'api.test' }).headers, 'host')).toEqual(['api.test']);
    expect(linesOf(forward(['Host', 'other'], { host: null }).headers, 'host')).toEqual([]);
  });
});

const FORWARDED = [
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'forwarded',
];

const forwardedBy = (headers: readonly string[], changes: Partial<ForwardedRequest> = {}) => {
  const sent = forward(headers, changes).headers;
  return FORWARDED.map((name) => linesOf(sent, name).join(' | '));
};

describe('a client', () => {
  it('is told by x-forwarded headers', () => {
    expect(forwardedBy([])).toEqual(['127.0.0.1', 'https', 'localhost:41234', '41234', '']);
    expect(forwardedBy([], { authority: 'a.test', scheme: 'http' })[3]).toBe('80');
    expect(forwardedBy([], { authority: '[::1]:99' })[3]).toBe('99');
    expect(forwardedBy([], { authority: '[::1]' })[3]).toBe('443');
  });

  it('is told by Forwarded, with what needs it in quotes', () => {
    expect(forwardedBy([], { forwarded: 'forwarded', ip: '::1' })).toEqual([
      ...['', '', '', ''],
      'for="[::1]";host="localhost:41234";proto=https',
    ]);
    expect(forwardedBy([], { forwarded: 'both', authority: 'a.test', ip: '::ffff:10.0.0.1' })).toEqual([
      ...['10.0.0.1', 'https', 'a.test', '443'],
      'for=10.0.0.1;host=a.test;proto=https',
    ]);
  });

  const SAID = [
    ...['X-Forwarded-For', '203.0.113.1', 'X-Forwarded-Proto', 'http', 'X-Forwarded-Host', 'b.test'],
    ...['X-Forwarded-Port', '81', 'Forwarded', 'for=203.0.113.1'],
  ];

  it('on this machine is believed to be a proxy', () => {
    expect(forwardedBy(SAID, { forwarded: 'both' })).toEqual([
      ...['203.0.113.1, 127.0.0.1', 'http', 'b.test', '81'],
      'for=203.0.113.1, for=127.0.0.1;host="localhost:41234";proto=https',
    ]);
    expect(forwardedBy(SAID)[4]).toBe('');
  });

  it('elsewhere cannot pass for somebody else', () => {
    expect(forwardedBy(SAID, { forwarded: 'both', ip: '192.0.2.7' })).toEqual([
      ...['192.0.2.7', 'https', 'localhost:41234', '41234'],
      'for=192.0.2.7;host="localhost:41234";proto=https',
    ]);
  });

  it('is not told where calls leave the pod, and what the app says is passed on', () => {
    expect(forwardedBy([], { forwarded: 'none' })).toEqual(['', '', '', '', '']);
    expect(forwardedBy(SAID, { forwarded: 'none' })).toEqual([
      ...['203.0.113.1', 'http', 'b.test', '81', 'for=203.0.113.1'],
    ]);
  });

  it('is in the log as it went out', () => {
    expect(forward(['x-forwarded-for', '10.0.0.1']).forwardedFor).toBe('10.0.0.1, 127.0.0.1');
  });
});

describe('a request', () => {
  it('gets an id, and keeps its own', () => {
    const made = forward([]);
    expect(made.requestId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(linesOf(made.headers, 'x-request-id')).toEqual([made.requestId]);
    expect(forward([]).requestId).not.toBe(made.requestId);
    expect(linesOf(forward(['X-Request-Id', 'mine']).headers, 'x-request-id')).toEqual(['mine']);
  });

  const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

  it('gets a trace, and keeps its own with its state', () => {
    const made = Array.from({ length: 300 }, () => linesOf(forward([]).headers, 'traceparent')[0] ?? '');
    expect(new Set(made).size).toBe(300);
    for (const each of made) expect(each).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    const kept = forward(['traceparent', PARENT, 'tracestate', 'a=1', 'tracestate', 'b=2']).headers;
    expect(linesOf(kept, 'traceparent')).toEqual([PARENT]);
    expect(linesOf(kept, 'tracestate')).toEqual(['a=1, b=2']);
  });

  it.each([
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    `${PARENT}-more`,
    'nonsense',
  ])('with the trace %s, which is none, gets another one without the state', (traceparent) => {
    const { headers } = forward(['traceparent', traceparent, 'tracestate', 'a=1']);
    expect(linesOf(headers, 'traceparent')[0]).not.toBe(traceparent);
    expect(linesOf(headers, 'tracestate')).toEqual([]);
  });

  it('that has come through ten proxies goes round in a loop, and Connection cannot hide that', () => {
    let headers: readonly string[] = [];
    for (let hop = 1; hop <= 10; hop += 1) {
      const sent = forward(['connection', 'x-sidecarctl-hops', ...headers]);
      expect(sent.isLoop).toBe(false);
      headers = sent.headers;
    }
    expect(forward(headers).isLoop).toBe(true);
    expect(forward(['x-sidecarctl-hops', 'many']).isLoop).toBe(false);
  });
});
