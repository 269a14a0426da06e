import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { decode, encodeResponse } from '../../../src/programs/otlp/codec.ts';
import { OtlpSender, type SenderOptions } from '../../../src/programs/otlp/send.ts';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { ONE_SPAN, startReceiver } from './receivers.ts';

const sender = (endpoint: string, options: Omit<SenderOptions, 'endpoint'> = {}): OtlpSender => {
  const made = new OtlpSender({ endpoint, ...options });
  onTestFinished(() => made.close(0));
  return made;
};

test('requests arrive in order', async () => {
  const receiver = await startReceiver('http');
  const to = sender(`${receiver.url}/`);
  await to.send('traces', ONE_SPAN, 1);
  await to.send('logs', { resourceLogs: [] }, 2);
  await to.close(5_000);
  expect(receiver.taken.map(({ signal }) => signal)).toEqual(['traces', 'logs']);
  expect([to.counts, to.waiting, to.lastError]).toEqual([
    { sent: 3, dropped: 0, rejected: 0 },
    { requests: 0, bytes: 0 },
    null,
  ]);
});

/** Answers each request as the next of the answers says. */
const startServer = async (
  ...answers: ReadonlyArray<(response: ServerResponse) => void>
): Promise<{
  readonly url: string;
  readonly got: Array<{ headers: IncomingHttpHeaders; body: Buffer; at: number }>;
}> => {
  const got: Array<{ headers: IncomingHttpHeaders; body: Buffer; at: number }> = [];
  const port = await freePort();
  const server = createServer(async (request, response) => {
    got.push({ headers: request.headers, body: await buffer(request), at: Date.now() });
    (answers[got.length - 1] ?? ((last) => last.end()))(response);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${port}`, got };
};

test('the encoding, the compression and the headers are those of the options', async () => {
  const { url, got } = await startServer();
  const to = sender(url, { encoding: 'json', compression: 'gzip', headers: { authorization: 'Bearer t' } });
  await to.send('traces', ONE_SPAN, 1);
  await to.close(5_000);
  const [first] = got;
  expect(first?.headers).toMatchObject({
    authorization: 'Bearer t',
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  });
  expect(await decode('traces', gunzipSync(first?.body ?? ''), 'json')).toEqual(ONE_SPAN);
});

test.each([408, 429, 500, 503])('a receiver that answers with %i is asked again', async (status) => {
  const { url, got } = await startServer((response) => response.writeHead(status).end());
  const to = sender(url);
  await to.send('traces', ONE_SPAN, 1);
  await eventually('a second attempt', () => to.counts.sent === 1);
  expect(got).toHaveLength(2);
});

test('a receiver that says how long to wait is asked after that', async () => {
  const { url, got } = await startServer((response) => response.writeHead(429, { 'retry-after': '1' }).end());
  const to = sender(url);
  await to.send('traces', ONE_SPAN, 1);
  await eventually('a second attempt', () => to.counts.sent === 1);
  expect((got[1]?.at ?? 0) - (got[0]?.at ?? 0)).toBeGreaterThanOrEqual(990);
});

test('what a receiver refuses is not sent again', async () => {
  const { url, got } = await startServer((response) => response.writeHead(400).end());
  const to = sender(url);
  await to.send('traces', ONE_SPAN, 2);
  await to.close(5_000);
  expect([got.length, to.counts]).toEqual([1, { sent: 0, dropped: 0, rejected: 2 }]);
  expect(to.lastError).toBe(`${url}/v1/traces answered with 400`);
});

test('what a receiver left out is counted', async () => {
  const partial = await encodeResponse('traces', { rejected: 2, message: '' }, 'protobuf');
  const { url } = await startServer((response) => response.end(partial));
  const to = sender(url);
  await to.send('traces', ONE_SPAN, 3);
  await to.close(5_000);
  expect(to.counts).toEqual({ sent: 1, dropped: 0, rejected: 2 });
});

test('an answer that does not come, or never ends, is a failure', async () => {
  const { url, got } = await startServer(
    () => undefined,
    (response) => response.write('x'.repeat(70_000)),
  );
  const to = sender(url, { timeout: 300 });
  await to.send('traces', ONE_SPAN, 1);
  await eventually('a third attempt', () => to.counts.sent === 1);
  expect(got).toHaveLength(3);
});

test('a receiver that is away costs no more memory than the queue has', async () => {
  const to = sender(`http://127.0.0.1:${await freePort()}`, { maxQueueBytes: 1_000 });
  for (let index = 0; index < 100; index += 1) await to.send('traces', ONE_SPAN, 1);
  expect(to.waiting.bytes).toBeLessThanOrEqual(1_000);
  await eventually('an attempt', () => to.lastError !== null);
  await to.close(0);
  expect(to.counts).toEqual({ sent: 0, dropped: 100, rejected: 0 });
});
