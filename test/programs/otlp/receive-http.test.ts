import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { decode, decodeResponse, encode } from '../../../src/programs/otlp/codec.ts';
import { eventually } from '../../support/deadline.ts';
import { ONE_SPAN, startReceiver } from './receivers.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

const post = (url: string, body: Uint8Array | string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${url}/v1/traces`, { method: 'POST', body: body as Uint8Array<ArrayBuffer>, headers });

test.each(['protobuf', 'json'] as const)(
  'a request in %s is taken, and answered in the same encoding',
  async (encoding) => {
    const receiver = await startReceiver('http');
    const type = encoding === 'json' ? JSON_TYPE : PROTOBUF;
    const response = await post(receiver.url, await encode('traces', ONE_SPAN, encoding), {
      'content-type': type,
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(await decodeResponse('traces', await response.bytes(), encoding)).toBeNull();
    expect(receiver.taken).toEqual([{ signal: 'traces', request: ONE_SPAN }]);
  },
);

test('a body with gzip is inflated', async () => {
  const receiver = await startReceiver('http');
  const body = gzipSync(await encode('traces', ONE_SPAN, 'protobuf'));
  const response = await post(receiver.url, body, { 'content-type': PROTOBUF, 'content-encoding': 'gzip' });
  expect(response.status).toBe(200);
  expect(receiver.taken).toHaveLength(1);
});

test('the answer says what was not taken', async () => {
  const receiver = await startReceiver('http');
  const partial = { rejected: 1, message: 'one has no id' };
  receiver.answer = { kind: 'taken', partial };
  const response = await post(receiver.url, '{}', { 'content-type': JSON_TYPE });
  expect(await decodeResponse('traces', await response.bytes(), 'json')).toEqual(partial);
});

test('a receiver that is full says when to come back', async () => {
  const receiver = await startReceiver('http');
  receiver.answer = { kind: 'full', retryAfterSeconds: 2.2 };
  const response = await post(receiver.url, '{}', { 'content-type': JSON_TYPE });
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
  expect(receiver.refusals).toEqual([['traces', 'full']]);
});

test('a body that is wrong is refused with its field, in the encoding of the request', async () => {
  const receiver = await startReceiver('http');
  const json = await post(receiver.url, '{"resourceSpans":7}', { 'content-type': JSON_TYPE });
  expect([json.status, await json.json()]).toEqual([400, { message: 'resourceSpans: it is no list' }]);
  const bytes = await post(receiver.url, new Uint8Array([10, 9]), { 'content-type': PROTOBUF });
  expect(bytes.status).toBe(400);
  expect(await bytes.text()).toContain('resourceSpans[0]: the body ends too early');
  const gzip = await post(receiver.url, 'no', { 'content-type': PROTOBUF, 'content-encoding': 'gzip' });
  expect(gzip.status).toBe(400);
});

test.each([[{ 'content-type': 'text/plain' }], [{ 'content-type': PROTOBUF, 'content-encoding': 'br' }]])(
  'what it cannot read is refused: %j',
  async (headers) => {
    const receiver = await startReceiver('http');
    const response = await post(receiver.url, 'x', headers as Record<string, string>);
    expect(response.status).toBe(415);
    expect(receiver.refusals).toEqual([['traces', 'type']]);
  },
);

test('other methods and other paths are refused', async () => {
  const { url } = await startReceiver('http');
  const get = await fetch(`${url}/v1/traces`);
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await fetch(`${url}/v1/profiles`, { method: 'POST' })).status).toBe(404);
});

test('a body that is too large is refused: as it says, as it comes, and as it inflates', async () => {
  const receiver = await startReceiver('http', { maxBytes: 1_000 });
  const headers = { 'content-type': JSON_TYPE };
  expect((await post(receiver.url, 'x'.repeat(1_001), headers)).status).toBe(413);
  const bomb = gzipSync('x'.repeat(100_000));
  expect(bomb.length).toBeLessThan(1_000);
  expect((await post(receiver.url, bomb, { ...headers, 'content-encoding': 'gzip' })).status).toBe(413);
  const chunks = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(600)),
  });
  const streamed = await fetch(`${receiver.url}/v1/traces`, {
    method: 'POST',
    body: chunks,
    headers,
    duplex: 'half',
  } as RequestInit).catch(() => null);
  // The client may see the end of the connection before the answer.
  expect(streamed?.status ?? 413).toBe(413);
  expect(receiver.refusals.filter(([, why]) => why === 'too-large')).toHaveLength(3);
  expect((await post(receiver.url, '{}', headers)).status).toBe(200);
});

test('bodies that never end have no more room together than there is', async () => {
  const receiver = await startReceiver('http');
  const part = Buffer.alloc(3.9 * 1024 * 1024);
  const sockets = Array.from({ length: 20 }, () => {
    const socket = connect(receiver.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${4 * 1024 * 1024}\r\n\r\n`,
    );
    socket.write(part);
    return socket;
  });
  await eventually('some to be turned away', () => receiver.refusals.some(([, why]) => why === 'full'));
  for (const socket of sockets) socket.destroy();
  await eventually(
    'room for others',
    async () => (await post(receiver.url, '{}', { 'content-type': JSON_TYPE })).ok,
  );
});

test.each([
  { host: 'attacker.example:4318' },
  { origin: 'https://attacker.example' },
  { origin: 'null' },
  { host: 'localhost.attacker.example' },
])('a page of somebody else may not send: %j', async (headers) => {
  const receiver = await startReceiver('http');
  const status = await rawStatus(receiver.port, { host: 'localhost', ...headers });
  expect(status).toBe(403);
  expect(receiver.taken).toEqual([]);
});

test.each(['localhost:1', '127.0.0.1', '[::1]:4318', 'web.shop.localhost', 'host.docker.internal:4318'])(
  'what is at this machine may send: %s',
  async (host) => {
    const receiver = await startReceiver('http');
    expect(await rawStatus(receiver.port, { host })).toBe(200);
  },
);

/** `fetch` sets these headers itself. */
const rawStatus = async (port: number, headers: Record<string, string>): Promise<number> => {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    `POST /v1/traces HTTP/1.1\r\n${lines.join('')}content-type: ${JSON_TYPE}\r\ncontent-length: 2\r\n\r\n{}`,
  );
  for await (const data of socket) return Number(/^HTTP\/1.1 (\d+)/.exec(String(data))?.[1]);
  return 0;
};

test('a page of a server of this machine may send, and read the answer', async () => {
  const { url } = await startReceiver('http');
  const origin = 'http://localhost:5173';
  const asked = await fetch(`${url}/v1/traces`, { method: 'OPTIONS', headers: { origin } });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-headers')).toContain('content-type');
  const sent = await post(url, '{}', { 'content-type': JSON_TYPE, origin });
  expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
});

test('requests that have begun end before it closes', async () => {
  const receiver = await startReceiver('http');
  const body = JSON.stringify(ONE_SPAN);
  const socket = connect(receiver.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(
    `POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  socket.write(body.slice(0, 10));
  await eventually('the connection to be accepted', () => socket.bytesWritten > 0 && !socket.connecting);
  await post(receiver.url, '{}', { 'content-type': JSON_TYPE });
  const closed = receiver.close();
  socket.write(body.slice(10));
  await closed;
  expect(receiver.taken.map(({ request }) => request)).toContainEqual(
    await decode('traces', Buffer.from(body), 'json'),
  );
});
