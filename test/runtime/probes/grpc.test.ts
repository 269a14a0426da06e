import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import { Server, ServerCredentials, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { afterEach, describe, expect, test } from 'vitest';
import { readHealthStatus } from '../../../src/runtime/probes/grpc-health-messages.ts';
import { attempt, closedPort, expectNothingBeyond, listen, openHandles } from './probe-context.ts';

/** The health service as its own schema says, so that the probe's bytes are read by somebody else. */
const { 'grpc.health.v1.Health': Health } = fromJSON(
  {
    options: { syntax: 'proto3' },
    nested: {
      grpc: {
        nested: {
          health: {
            nested: {
              v1: {
                nested: {
                  HealthCheckRequest: { fields: { service: { type: 'string', id: 1 } } },
                  HealthCheckResponse: {
                    fields: { status: { type: 'ServingStatus', id: 1 }, note: { type: 'string', id: 9 } },
                    nested: {
                      ServingStatus: {
                        values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 },
                      },
                    },
                  },
                  Health: {
                    methods: {
                      Check: {
                        requestType: 'HealthCheckRequest',
                        responseType: 'HealthCheckResponse',
                        comment: '',
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
  {},
) as Record<string, Parameters<Server['addService']>[0]>;

const LONG_NAME = 'a.rather.long.package'.repeat(20);
const statuses: Record<string, number> = { '': 1, up: 1, down: 2, unsure: 0, [LONG_NAME]: 1 };
const servers: Server[] = [];

const health: UntypedServiceImplementation = {
  Check: (
    call: { request: { service: string } },
    answer: (error: object | null, response?: object) => void,
  ) => {
    const known = statuses[call.request.service];
    if (call.request.service === 'silent') return;
    if (known === undefined) answer({ code: status.NOT_FOUND, details: 'unknown service' });
    else answer(null, { status: known, note: 'of a later version' });
  },
};

const serve = async (implementation: UntypedServiceImplementation | null): Promise<number> => {
  const server = new Server();
  if (implementation !== null && Health !== undefined) server.addService(Health, implementation);
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
};

const probe = (port: number, service = '', timeout?: number) =>
  attempt({ kind: 'grpc', host: '127.0.0.1', port, service }, timeout);

afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

test('SERVING is a success, of the server as of a service', async () => {
  const port = await serve(health);
  expect(await probe(port)).toEqual({ ok: true, message: 'SERVING' });
  expect(await probe(port, 'up')).toEqual({ ok: true, message: 'SERVING' });
  expect(await probe(port, LONG_NAME)).toEqual({ ok: true, message: 'SERVING' });
});

test('any other status is a failure of that name', async () => {
  const port = await serve(health);
  expect(await probe(port, 'down')).toEqual({ ok: false, message: 'NOT_SERVING' });
  expect(await probe(port, 'unsure')).toEqual({ ok: false, message: 'UNKNOWN' });
});

test('a service the server does not know is a failure', async () => {
  expect(await probe(await serve(health), 'other')).toEqual({
    ok: false,
    message: 'NOT_FOUND: unknown service',
  });
});

test('a server without the health service is a failure', async () => {
  const { ok, message } = await probe(await serve(null));
  expect(ok).toBe(false);
  expect(message).toMatch(/^UNIMPLEMENTED: /);
});

test('nothing listening is a failure that names the address', async () => {
  const port = await closedPort();
  const { ok, message } = await probe(port);
  expect(ok).toBe(false);
  expect(message).toMatch(new RegExp(`^UNAVAILABLE: .*ECONNREFUSED 127.0.0.1:${port}`));
});

test('a server that comes up after failures is seen by the next attempt', async () => {
  const port = await closedPort();
  for (let times = 0; times < 3; times += 1) expect(await probe(port)).toMatchObject({ ok: false });
  const server = new Server();
  servers.push(server);
  if (Health !== undefined) server.addService(Health, health);
  await new Promise((resolve) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), resolve);
  });
  expect(await probe(port)).toEqual({ ok: true, message: 'SERVING' });
});

describe('a server on the port that is no gRPC server', () => {
  const answering = async (
    answer: (stream: ServerHttp2Stream) => void,
  ): Promise<AsyncDisposable & { port: number }> => {
    const server = createHttp2Server().on('stream', (stream) => answer(stream.on('error', () => undefined)));
    const sessions = new Set<{ destroy(): void }>();
    server.on('session', (session) => sessions.add(session.on('error', () => undefined)));
    const dispose = async (): Promise<void> => {
      for (const session of sessions) session.destroy();
      server.close();
    };
    return { port: await listen(server), [Symbol.asyncDispose]: dispose };
  };

  test.each<readonly [string, (stream: ServerHttp2Stream) => void, string]>([
    [
      'answers with an HTTP status alone',
      (stream) => {
        stream.respond({ ':status': 404 });
        stream.end('no such page');
      },
      'UNIMPLEMENTED: HTTP status 404, and no gRPC status',
    ],
    [
      'answers OK with bytes that are no message',
      (stream) => {
        stream.respond({ ':status': 200 }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end('garbage');
      },
      'INTERNAL: the answer is no health status',
    ],
    [
      'answers OK without any message',
      (stream) => stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true }),
      'INTERNAL: the answer is no health status',
    ],
    [
      'has a message with characters that are percent-encoded',
      (stream) =>
        stream.respond(
          { ':status': 200, 'grpc-status': '9', 'grpc-message': 'not yet: 50%25 %E2%9C%93' },
          { endStream: true },
        ),
      'FAILED_PRECONDITION: not yet: 50% ✓',
    ],
    [
      'resets the call',
      (stream) => stream.close(2),
      'UNAVAILABLE: Stream closed with error code NGHTTP2_INTERNAL_ERROR',
    ],
    [
      'never stops answering',
      (stream) => {
        stream.respond({ ':status': 200 });
        const flood = (): void => void stream.write(Buffer.alloc(16_384), () => setImmediate(flood));
        flood();
      },
      'UNAVAILABLE: the answer is longer than 65536 bytes',
    ],
  ])('fails the attempt when it %s', async (_, answer, message) => {
    await using server = await answering(answer);
    const before = openHandles();
    expect(await probe(server.port)).toEqual({ ok: false, message });
    await expectNothingBeyond(before);
  });

  test('fails the attempt when it speaks HTTP/1', async () => {
    const server = createHttpServer((_, response) => response.end('hello'));
    const port = await listen(server);
    const { ok, message } = await probe(port);
    expect(ok).toBe(false);
    expect(message).toMatch(/^UNAVAILABLE: /);
    server.close();
  });
});

test.each([
  ['an unknown status', [0x08, 0x7f], 'serving status 127'],
  ['a field of a later version before the status', [0x12, 0x02, 0x61, 0x62, 0x08, 0x01], 'SERVING'],
  [
    'fixed fields of later versions',
    [0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x08, 0x02],
    'NOT_SERVING',
  ],
  ['a status that is written twice, of which the last one counts', [0x08, 0x01, 0x08, 0x02], 'NOT_SERVING'],
  ['a negative status of ten bytes', [0x08, ...Array(9).fill(0xff), 0x01], 'serving status 4294967295'],
  ['a text that ends too early', [0x12, 0x05, 0x61], null],
  ['a number that never ends', [0x08, ...Array(11).fill(0xff)], null],
  ['a wire type that there is not', [0x0f], null],
])('the health message with %s is read', (_, bytes, status) => {
  expect(readHealthStatus(Buffer.from(bytes))).toBe(status);
});

test('a call that is never answered is cut off and lets go of its connection', async () => {
  const port = await serve(health);
  await probe(port);
  const before = openHandles();
  expect(await probe(port, 'silent', 200)).toEqual({ ok: false, message: 'timed out after 200ms' });
  await expectNothingBeyond(before);
});

test('a server that accepts and never speaks is cut off and sees the connection close', async () => {
  const silent = createServer();
  const port = await listen(silent);
  const accepted = once(silent, 'connection') as Promise<[Socket]>;
  const before = openHandles();
  expect(await probe(port, '', 200)).toEqual({ ok: false, message: 'timed out after 200ms' });
  const [socket] = await accepted;
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
  await expectNothingBeyond(before);
  silent.close();
});

test('neither a timer nor a connection is left after an answer or a refusal', async () => {
  const port = await serve(health);
  const closed = await closedPort();
  const before = openHandles();
  await probe(port, '', 60_000);
  await probe(closed, '', 60_000);
  await expectNothingBeyond(before);
});
