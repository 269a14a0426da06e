import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withDeadline } from '../support/deadline.ts';
import { inFull } from '../support/in-full.ts';
import { ServedTestPod, textUntilClosed } from './served-pod.ts';

/** In full 4 × 25 × 100: 10,000 requests. */
const SHARDS = inFull ? [1, 2, 3, 4] : [1];
const ROUNDS = inFull ? 25 : 5;
const AT_ONCE = 100;

const path = fc.oneof(
  fc.constantFrom('/v1/pod', '/v1/events', '/v1/logs', '/v1/processes/primary', '/v1/requests', '/', '*'),
  fc.webUrl({ validSchemes: ['http'] }).map((url) => url.slice('http://'.length)),
  fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => `/v1/${encodeURI(text.toWellFormed())}`),
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc
    .record({
      name: fc.constantFrom('since', 'tail', 'follow', 'process', 'x', ''),
      value: fc.oneof(fc.string(), fc.integer().map(String)),
    })
    .map(({ name, value }) => `?${name}=${encodeURIComponent(value.toWellFormed())}`),
);
/** No request that is right is among them: nothing may come of any of these. */
const body = fc.oneof(
  fc.constant(''),
  fc.json().filter((text) => !/"(start|stop|restart|kill|stop-pod|kill-pod|restart-all)"/.test(text)),
  fc.string({ maxLength: 200 }),
  fc.constantFrom(
    '{"type":"stop","process":1}',
    '{"type":"stop","process":"primary","x":1}',
    '{"type":"kill-pod","grace":0}',
  ),
  fc.integer({ min: 1, max: 40_000 }).map((length) => 'x'.repeat(length)),
);
const whole = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT', 'get', ''),
    path,
    query,
    body,
    lie: fc.integer({ min: -3, max: 3 }),
  })
  .map(({ method, path: to, query: asked, body: text, lie }) => {
    const length = Math.max(0, Buffer.byteLength(text) + (lie === 3 ? 1_000 : lie === -3 ? -1 : 0));
    return `${method} ${to}${asked} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${text}`;
  });
const bytes = fc.oneof(
  { weight: 6, arbitrary: whole.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.from(array)) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 20_000 })
      .map((length) => Buffer.from(`GET /v1/pod HTTP/1.1\r\nx: ${'y'.repeat(length)}\r\n\r\n`)),
  },
);
/** Sent in two pieces, or cut off. */
const sent = fc.record({
  bytes,
  cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 3 }),
  gives: fc.boolean(),
});

type Sent = typeof sent extends fc.Arbitrary<infer T> ? T : never;

const send = async (pod: ServedTestPod, { bytes: all, cut, gives }: Sent): Promise<string> => {
  const socket = await pod.raw();
  const answer = textUntilClosed(socket);
  const at = Math.floor(all.length * (cut ?? 1));
  socket.write(all.subarray(0, at));
  if (cut === null || gives) socket.write(all.subarray(at));
  // What is not over by its own terms is over because its sender goes.
  socket.end();
  return answer;
};

describe('the control server', () => {
  test.each(SHARDS)('is harmed by no malformed, huge or broken requests (seed %i)', async (seed) => {
    await using pod = await ServedTestPod.start({ primary: { command: ['sleep', '600'] } });
    await pod.running.is('primary', 'ready');
    const { pid } = pod.running.process('primary');
    const events = pod.running.pod.events.last;
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
        const answers = await withDeadline('all answers', Promise.all(requests.map((one) => send(pod, one))));
        for (const answer of answers) expect(answer).toMatch(/^$|^HTTP\/1\.1 (?:200|4\d\d) /);
        expect((await pod.connection.get('pod')).ok).toBe(true);
      }),
      { seed, numRuns: ROUNDS, endOnFailure: true },
    );
    expect(pod.running.process('primary')).toMatchObject({ state: 'ready', pid });
    expect(pod.running.pod.events.last).toBe(events);
  });
});
