import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accessLogLine } from '../../../../src/programs/proxy/routing/access-log.ts';
import { forwardHeaders } from '../../../../src/programs/proxy/routing/forward-headers.ts';
import { endToEnd } from '../../../../src/programs/proxy/routing/hop-by-hop.ts';
import { ownAnswer } from '../../../../src/programs/proxy/routing/own-answer.ts';

const token = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
const name = fc.oneof(
  token,
  fc.constantFrom(
    'Connection',
    'connection',
    'Host',
    'Cookie',
    'Content-Length',
    'TE',
    'Upgrade',
    'X-Request-Id',
  ),
  fc.constantFrom('Keep-Alive', 'Transfer-Encoding', 'Proxy-Authorization', 'Forwarded', 'X-Forwarded-For'),
  fc.constantFrom('traceparent', 'tracestate', 'x-sidecarctl-hops', 'HTTP2-Settings'),
);
/** What a parser lets through: no line ends, and nothing beyond Latin-1. */
const value = fc.oneof(
  fc.array(fc.oneof(token, name), { maxLength: 4 }).map((names) => names.join(', ')),
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 20,
  }),
);
const headers = fc.array(fc.tuple(name, value), { maxLength: 12 }).map((pairs) => pairs.flat());

const request = fc.record({
  headers,
  ip: fc.constantFrom('127.0.0.1', '::1', '::ffff:127.0.0.1', '192.0.2.7', '2001:db8::1'),
  scheme: fc.constantFrom('http' as const, 'https' as const),
  authority: fc.constantFrom('localhost:3000', 'a.test', '[::1]:99', ''),
  host: fc.constantFrom(null, 'a.test'),
  forwarded: fc.constantFrom('x-forwarded' as const, 'forwarded' as const, 'both' as const, 'none' as const),
  isUpgrade: fc.boolean(),
  keepsTe: fc.boolean(),
  traceparent: fc.constantFrom(null, `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`),
  startsSampled: fc.boolean(),
});

const pairsOf = (raw: readonly string[]): readonly (readonly [string, string])[] =>
  raw.flatMap((each, at) => (at % 2 === 0 ? [[each.toLowerCase(), raw[at + 1] ?? ''] as const] : []));

const NEVER = ['keep-alive', 'transfer-encoding', 'proxy-authorization', 'http2-settings'];
const ONCE = [
  'host',
  'x-request-id',
  'traceparent',
  'x-sidecarctl-hops',
  'x-forwarded-for',
  'forwarded',
  'te',
];
const KEPT = ['host', 'content-length', 'cookie', 'authorization'];

/** Names that the headers give to one connection. */
const namedIn = (raw: readonly string[]): ReadonlySet<string> =>
  new Set(
    pairsOf(raw)
      .filter(([each]) => each === 'connection')
      .flatMap(([, list]) => list.toLowerCase().split(','))
      .map((each) => each.trim())
      .filter((each) => !KEPT.includes(each)),
  );

test('whatever headers a client sends, those of its connection end, and those of the proxy are there once', () => {
  fc.assert(
    fc.property(request, (asked) => {
      const sent = pairsOf(forwardHeaders(asked).headers);
      const names = sent.map(([each]) => each);
      for (const never of NEVER) expect(names).not.toContain(never);
      for (const once of ONCE) expect(names.filter((each) => each === once).length).toBeLessThanOrEqual(1);
      for (const always of ['x-request-id', 'traceparent', 'x-sidecarctl-hops'])
        expect(names).toContain(always);
      if (!asked.isUpgrade) expect(names).not.toContain('connection');
      const own = new Set([
        ...ONCE,
        'x-forwarded-proto',
        'x-forwarded-host',
        'x-forwarded-port',
        'connection',
        'upgrade',
      ]);
      for (const named of namedIn(asked.headers)) if (!own.has(named)) expect(names).not.toContain(named);
    }),
  );
});

test('whatever else a client or an endpoint sends passes, in its order', () => {
  fc.assert(
    fc.property(headers, (raw) => {
      const named = namedIn(raw);
      const passing = pairsOf(raw).filter(([each]) => each.startsWith('x-') || each === 'cookie');
      const isFree = ([each]: readonly [string, string]) => !named.has(each);
      const kept = pairsOf(endToEnd(raw)).filter(([each]) => each.startsWith('x-') || each === 'cookie');
      expect(kept).toEqual(passing.filter(isFree));
    }),
  );
});

test('whatever a client sends, its request has one line in the log, and the proxy’s answer one line of text', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 30 });
  fc.assert(
    fc.property(
      anything,
      anything,
      fc.constantFrom('text' as const, 'json' as const),
      (one, other, format) => {
        const line = accessLogLine(format)({
          ...{
            startTime: 0,
            method: one,
            path: other,
            protocol: 'HTTP/1.1',
            responseCode: 200,
            responseFlags: [],
          },
          ...{ bytesReceived: 0, bytesSent: 0, duration: 0, upstreamServiceTime: null, forwardedFor: other },
          ...{ userAgent: one, requestId: other, authority: one, upstreamHost: null, upstreamCluster: null },
        });
        expect(line).toMatch(/^[^\p{Cc}\u2028\u2029]*\n$/u);
        const { body, headers: own } = ownAnswer(
          { kind: 'upstream-closed', error: one, cluster: 'web', address: other, process: null },
          { proxy: 'edge', request: { method: 'GET', headers: ['content-type', 'text/plain'] } },
        );
        expect(body).toMatch(/^[^\p{Cc}\u2028\u2029]*\n$/u);
        expect(own.join('')).toMatch(/^[\x20-\x7e]*$/);
      },
    ),
  );
});
