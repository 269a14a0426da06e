import { describe, expect, it, test } from 'vitest';
import type { Cause } from '../../../../src/programs/proxy/routing/cause.ts';
import { ownAnswer } from '../../../../src/programs/proxy/routing/own-answer.ts';

const WEB = { cluster: 'web', process: null };
const AT = { ...WEB, address: '127.0.0.1:3000' };

const answerTo = (cause: Cause, headers: readonly string[] = [], method = 'GET') =>
  ownAnswer(cause, { proxy: 'edge', request: { method, headers } });

const headerOf = (headers: readonly string[], name: string): string | null => {
  const at = headers.indexOf(name);
  return at === -1 ? null : (headers[at + 1] ?? null);
};

test.each<[Cause, number, string | null, string, number]>([
  [{ kind: 'no-route' }, 404, 'NR', 'no route matches this request', 12],
  [{ kind: 'no-cluster' }, 503, 'UH', 'all weights of the route are 0', 14],
  [{ kind: 'no-endpoint', ...WEB }, 503, 'UH', 'nothing of web is ready', 14],
  [
    { kind: 'none-healthy', ejected: 0, ...WEB },
    ...([503, 'UH', 'no endpoint of web passes its health check', 14] as const),
  ],
  [
    { kind: 'none-healthy', ejected: 2, ...WEB },
    ...([503, 'UH', 'no endpoint of web is healthy (2 ejected)', 14] as const),
  ],
  [
    { kind: 'connect-failure', error: 'connect ECONNREFUSED 127.0.0.1:3000', ...AT },
    ...([503, 'UF', 'web does not answer on 127.0.0.1:3000: connection refused', 14] as const),
  ],
  [
    { kind: 'connect-failure', error: 'certificate has expired', ...AT },
    ...([503, 'UF', 'web does not answer on 127.0.0.1:3000: certificate has expired', 14] as const),
  ],
  [
    { kind: 'connect-timeout', after: 5000, ...AT },
    ...([503, 'UF', 'web does not answer on 127.0.0.1:3000: no connection within 5s', 14] as const),
  ],
  [
    { kind: 'upstream-closed', error: 'read ECONNRESET', ...AT },
    ...([
      503,
      'UC',
      'web on 127.0.0.1:3000 ended the connection before its response: connection reset',
      14,
    ] as const),
  ],
  [
    { kind: 'upstream-protocol', error: 'Parse Error: Expected HTTP/', ...AT },
    ...([502, 'UPE', 'web on 127.0.0.1:3000 sent what is no HTTP: Parse Error: Expected HTTP/', 14] as const),
  ],
  [{ kind: 'timeout', after: 250, ...WEB }, 504, 'UT', 'web did not answer within 250ms', 4],
  [{ kind: 'stream-idle', after: 300_000, ...WEB }, 504, 'SI', 'nothing came from or for web for 300s', 4],
  [
    { kind: 'overflow', limit: 'maxParallelRequests', most: 8, ...WEB },
    ...([503, 'UO', 'too much for web at the same time (maxParallelRequests: 8)', 14] as const),
  ],
  [
    { kind: 'breaker-open', failures: 6, retryAfter: 1500, ...WEB },
    ...([503, 'UO', 'web gets no requests after 6 failures in a row, for another 1.5s', 14] as const),
  ],
  [
    { kind: 'rate-limited', retryAfter: 100 },
    ...([429, 'RL', 'too many requests: the next one is allowed in 100ms', 8] as const),
  ],
  [
    { kind: 'fault', status: 418, grpcStatus: 10 },
    ...([418, 'FI', 'this fault was injected, as its options say', 10] as const),
  ],
  [{ kind: 'loop' }, 508, null, 'this request goes round in a loop of proxies', 13],
  [{ kind: 'bad-request', error: 'x' }, 400, 'DPE', 'this request is malformed: x', 13],
  [
    { kind: 'headers-too-large', most: 65_536 },
    ...([431, 'DPE', 'the headers of this request have more than 65536 bytes', 13] as const),
  ],
  [{ kind: 'not-possible', what: 'CONNECT is not served here' }, 501, null, 'CONNECT is not served here', 12],
])('%o is answered with %s %s', (cause, status, flag, sentence, grpcStatus) => {
  const answer = answerTo(cause);
  expect(answer.status).toBe(status);
  expect(answer.body).toBe(`edge: ${sentence}\n`);
  expect(headerOf(answer.headers, 'x-sidecarctl-flags')).toBe(flag);
  expect(answer.flags).toEqual(flag === null ? [] : [flag]);
  const call = answerTo(cause, ['content-type', 'application/grpc+proto']);
  expect(call.status).toBe(200);
  expect(headerOf(call.headers, 'grpc-status')).toBe(String(grpcStatus));
  expect(decodeURIComponent(headerOf(call.headers, 'grpc-message') ?? '')).toBe(`edge: ${sentence}`);
});

describe('an answer of the proxy', () => {
  it('says what is known of the process behind it', () => {
    const process = { name: 'web', state: 'restarts' };
    expect(answerTo({ kind: 'connect-failure', error: 'ECONNREFUSED', ...AT, process }).body).toBe(
      "edge: web does not answer on 127.0.0.1:3000: connection refused. It restarts; see 'sidecarctl why web'\n",
    );
  });

  it('has the flags of what happened before', () => {
    const cause: Cause = { kind: 'timeout', after: 1, ...WEB };
    const answer = ownAnswer(cause, {
      proxy: 'edge',
      request: { method: 'GET', headers: [] },
      flags: ['DI', 'URX'],
    });
    expect(answer.flags).toEqual(['DI', 'URX', 'UT']);
    expect(headerOf(answer.headers, 'x-sidecarctl-flags')).toBe('DI,URX,UT');
  });

  it('to a HEAD has the headers and no body', () => {
    const { body, headers } = answerTo({ kind: 'no-route' }, [], 'HEAD');
    expect(body).toBe('');
    expect(headerOf(headers, 'content-length')).toBe(String('edge: no route matches this request\n'.length));
  });

  it.each([204, 205, 304])('with the status %d of a fault has no body, and no length of one', (status) => {
    const { body, headers } = answerTo({ kind: 'fault', status, grpcStatus: null });
    expect([body, headerOf(headers, 'content-length')]).toEqual(['', null]);
    expect(headerOf(headers, 'x-sidecarctl-flags')).toBe('FI');
  });

  it('says when to try again, in whole seconds and not too early', () => {
    expect(headerOf(answerTo({ kind: 'rate-limited', retryAfter: 1001 }).headers, 'retry-after')).toBe('2');
    expect(headerOf(answerTo({ kind: 'rate-limited', retryAfter: 0 }).headers, 'retry-after')).toBe('1');
  });

  it('that is too much says so in the words of Envoy', () => {
    const cause: Cause = { kind: 'overflow', limit: 'maxConnections', most: 1, ...WEB };
    expect(headerOf(answerTo(cause).headers, 'x-envoy-overloaded')).toBe('true');
    expect(headerOf(answerTo({ kind: 'no-route' }).headers, 'x-envoy-overloaded')).toBeNull();
  });

  it('is one line, whatever came from elsewhere, and a message that gRPC can read', () => {
    const cause: Cause = { kind: 'upstream-protocol', error: 'a\r\nb: 50% ü', ...AT };
    expect(answerTo(cause).body).toBe('edge: web on 127.0.0.1:3000 sent what is no HTTP: a b: 50% ü\n');
    const call = answerTo(cause, ['Content-Type', 'application/grpc']);
    expect(headerOf(call.headers, 'grpc-message')).toContain('a b: 50%25 %C3%BC');
  });

  it('to gRPC-Web is text', () => {
    expect(answerTo({ kind: 'no-route' }, ['content-type', 'application/grpc-web']).status).toBe(404);
  });
});
