import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WAIT_LIMIT_MS } from '../../support/deadline.ts';
import {
  attempt,
  closedPort,
  expectNothingBeyond,
  listen,
  openHandles,
  temporaryFolder,
} from './probe-context.ts';

const HUGE = 200 * 1024 * 1024;

let server: Server;
let origin: string;
let lastHeaders: IncomingHttpHeaders = {};
let requests: string[] = [];
let bytesWritten = 0;

const probe = (
  path: string,
  given: { status?: number; headers?: Record<string, string>; timeout?: number } = {},
) =>
  attempt(
    { kind: 'http', url: origin + path, headers: given.headers ?? {}, status: given.status ?? null },
    given.timeout,
  );

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url ?? '';
    lastHeaders = request.headers;
    requests.push(url);
    const status = /^\/status\/(\d+)$/.exec(url)?.[1];
    if (status !== undefined) response.writeHead(Number(status)).end('body');
    if (url === '/to-ok') response.writeHead(302, { location: '/status/200' }).end();
    if (url === '/to-bad') response.writeHead(302, { location: '/status/500' }).end();
    if (url === '/to-other') response.writeHead(302, { location: 'http://other.invalid/' }).end();
    if (url === '/loop') response.writeHead(302, { location: '/loop' }).end();
    if (url === '/nowhere') response.writeHead(302).end();
    if (url === '/stalls') response.writeHead(200, { 'content-length': 100 }).write('half');
    if (url === '/breaks')
      response.writeHead(200, { 'content-length': 100 }).write('half', () => request.destroy());
    if (url === '/huge') {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && bytesWritten < HUGE && response.write(Buffer.alloc(65536)))
          bytesWritten += 65536;
      };
      response.on('drain', write);
      write();
    }
  });
  origin = `http://127.0.0.1:${await listen(server)}`;
});

afterEach(() => {
  requests = [];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([200, 204, 304, 399])('status %i is a success', async (status) => {
  expect(await probe(`/status/${status}`)).toEqual({ ok: true, message: `HTTP ${status}` });
});

test.each([400, 404, 500, 503])('status %i is a failure', async (status) => {
  expect(await probe(`/status/${status}`)).toEqual({ ok: false, message: `HTTP ${status}` });
});

test('the status asked for is the only one that counts', async () => {
  expect(await probe('/status/503', { status: 503 })).toEqual({ ok: true, message: 'HTTP 503' });
  expect(await probe('/status/200', { status: 204 })).toEqual({
    ok: false,
    message: 'HTTP 200 instead of 204',
  });
});

test('a redirect on the same host is followed to its answer', async () => {
  expect(await probe('/to-ok')).toEqual({ ok: true, message: 'HTTP 200' });
  expect(await probe('/to-bad')).toEqual({ ok: false, message: 'HTTP 500' });
});

test('a redirect that is itself the status asked for is not followed', async () => {
  expect(await probe('/to-bad', { status: 302 })).toEqual({ ok: true, message: 'HTTP 302' });
  expect(requests).toEqual(['/to-bad']);
});

test('a redirect to another host, or to nowhere, is a success', async () => {
  expect(await probe('/to-other')).toEqual({ ok: true, message: 'HTTP 302' });
  expect(await probe('/nowhere')).toEqual({ ok: true, message: 'HTTP 302' });
});

test('at most ten redirects are followed', async () => {
  expect(await probe('/loop')).toEqual({ ok: true, message: 'HTTP 302' });
  expect(requests).toHaveLength(11);
});

test('the probe names itself and closes the connection', async () => {
  await probe('/status/200');
  expect(lastHeaders).toMatchObject({
    'user-agent': 'sidecarctl-probe/0',
    accept: '*/*',
    connection: 'close',
  });
});

test('headers of its own win, however they are written', async () => {
  await probe('/status/200', { headers: { 'User-Agent': 'mine', Host: 'shop.test', 'X-Key': 'k' } });
  expect(lastHeaders).toMatchObject({ 'user-agent': 'mine', host: 'shop.test', 'x-key': 'k' });
});

test('a server that is slow to answer is cut off at the timeout', async () => {
  expect(await probe('/never', { timeout: 150 })).toEqual({ ok: false, message: 'timed out after 150ms' });
});

test('a body that never ends its small content counts as no answer', async () => {
  expect(await probe('/stalls', { timeout: 1000 })).toEqual({ ok: false, message: 'timed out after 1s' });
});

test('an answer that breaks off is a failure', async () => {
  expect(await probe('/breaks')).toMatchObject({ ok: false });
});

test('of a huge body only the beginning is taken', async () => {
  expect(await probe('/huge')).toEqual({ ok: true, message: 'HTTP 200' });
  expect(bytesWritten).toBeLessThan(HUGE / 4);
});

test('a refused connection is named with its address', async () => {
  const port = await closedPort();
  expect(
    await attempt({ kind: 'http', url: `http://127.0.0.1:${port}/`, headers: {}, status: null }),
  ).toEqual({
    ok: false,
    message: `connect ECONNREFUSED 127.0.0.1:${port}`,
  });
});

test('a host with two addresses names both refusals', async () => {
  const port = await closedPort();
  const { ok, message } = await attempt({
    kind: 'http',
    url: `http://localhost:${port}/`,
    headers: {},
    status: null,
  });
  expect(ok).toBe(false);
  expect(message).toContain(`connect ECONNREFUSED 127.0.0.1:${port}`);
});

test('a server that accepts and never speaks leaves no connection behind', async () => {
  const silent = createTcpServer((socket) => socket.resume());
  const port = await listen(silent);
  const before = openHandles();
  const result = await attempt(
    { kind: 'http', url: `http://127.0.0.1:${port}/`, headers: {}, status: null },
    100,
  );
  expect(result).toEqual({ ok: false, message: 'timed out after 100ms' });
  await vi.waitFor(async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    silent.getConnections((_error, count) => resolve(count));
    expect(await promise).toBe(0);
  }, WAIT_LIMIT_MS);
  await expectNothingBeyond(before);
  silent.close();
});

test('a server that speaks something else is a failure', async () => {
  const other = createTcpServer((socket) => socket.end('220 mail.test ESMTP\r\n'));
  const port = await listen(other);
  const result = await attempt({ kind: 'http', url: `http://127.0.0.1:${port}/`, headers: {}, status: null });
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining('Parse Error') });
  other.close();
});

test('an https certificate is not checked', async () => {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=elsewhere.test', '-days', '1', '-nodes'];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ]);
  const options = { key: await readFile(key), cert: await readFile(cert) };
  const secure = createTlsServer(options, (_request, response) => response.end('ok'));
  const url = `https://127.0.0.1:${await listen(secure)}/`;
  expect(await attempt({ kind: 'http', url, headers: {}, status: null })).toEqual({
    ok: true,
    message: 'HTTP 200',
  });
  secure.close();
  await rm(folder, { recursive: true });
});

test('after an answer neither its timer nor its connection is left', async () => {
  const before = openHandles();
  await probe('/status/200', { timeout: 60_000 });
  await expectNothingBeyond(before);
});
