import { readdirSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { DataFolder } from '../../../certificates/support.ts';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { inFull } from '../../../support/in-full.ts';
import { clusterOptions, listenerOptions, proxyOptions, serverTlsOptions } from '../support/proxy-options.ts';
import { runProxy } from '../support/run-proxy.ts';
import { byteServer } from '../support/server.ts';

const COUNT = inFull ? 1_000 : 60;
const AT_ONCE = 20;

/** An app that ends its connections in the way that a path or a first line asks for. */
const app = (): Promise<number> =>
  byteServer((socket) => {
    socket.allowHalfOpen = true;
    socket.on('end', () => socket.end());
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      const isUpgrade = /^upgrade:/im.test(text);
      if (isUpgrade)
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
      else if (!text.includes('HTTP/')) socket.write('echo');
      if (text.includes('by-app-reset')) setTimeout(() => socket.resetAndDestroy(), 5);
      if (text.includes('by-app-end')) socket.end();
      if (text.includes('by-app-refusal')) socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    });
  });

type Way = (port: number) => Promise<void>;

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
  });

/** Sends the text, and ends the connection as it is told, after the first bytes of an answer or at once. */
const byClient =
  (
    text: string,
    end: (socket: Socket) => void,
    when: 'answered' | 'at once' = 'answered',
    open = plain,
  ): Way =>
  async (port) => {
    const socket = open(port);
    const end_ = closed(socket);
    if (when === 'answered') socket.once('data', () => end(socket));
    else socket.once('connect', () => setImmediate(() => end(socket)));
    socket.resume().write(text);
    await end_;
  };

const plain = (port: number): Socket => connect({ port, host: '127.0.0.1' });
const secure = (port: number): Socket => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });

const handshake = (path: string): string =>
  `GET /${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

const overHttp2 =
  (path: string, end: 'session' | 'stream' | 'cancel' | 'app'): Way =>
  (port) =>
    new Promise((resolve) => {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      session.on('error', () => undefined).once('close', () => resolve());
      session.once('remoteSettings', () => {
        const stream = session.request({
          ...{ ':method': 'CONNECT', ':protocol': 'websocket', ':path': `/${path}`, ':authority': 'a' },
          ':scheme': 'http',
        });
        stream.on('error', () => undefined).resume();
        stream.once('close', () => session.close());
        stream.once('response', () => {
          if (end === 'session') session.destroy();
          if (end === 'stream') stream.end();
          if (end === 'cancel') stream.close(8);
        });
      });
    });

const end = (socket: Socket): void => void socket.end();
const destroy = (socket: Socket): void => void socket.destroy();
const resetIt = (socket: Socket): void => void socket.resetAndDestroy();
const nothing = (): void => undefined;

const WAYS: readonly (readonly [string, 'http' | 'tcp' | 'auto' | 'down', Way])[] = [
  ['bytes, ended by the client', 'tcp', byClient('hello', end)],
  ['bytes, reset by the client', 'tcp', byClient('hello', resetIt)],
  ['bytes, reset by the client at once', 'tcp', byClient('hello', resetIt, 'at once')],
  ['bytes, ended by the app', 'tcp', byClient('by-app-end', nothing)],
  ['bytes, reset by the app', 'tcp', byClient('by-app-reset', nothing)],
  ['bytes for an app that is down, reset by the client', 'down', byClient('hello', resetIt, 'at once')],
  ['bytes for an app that is down', 'down', byClient('hello', nothing)],
  ['TLS, ended by the client', 'auto', byClient('hello', end, 'answered', secure)],
  ['TLS, cut by the client', 'auto', byClient('hello', destroy, 'answered', secure)],
  ['TLS, ended by the app', 'auto', byClient('by-app-end', nothing, 'answered', secure)],
  ['TLS, reset by the app', 'auto', byClient('by-app-reset', nothing, 'answered', secure)],
  ['TLS, whose handshake is cut', 'auto', byClient('', destroy, 'at once')],
  ['a WebSocket, ended by the client', 'http', byClient(handshake('a'), end)],
  ['a WebSocket, reset by the client', 'http', byClient(handshake('a'), resetIt)],
  ['a WebSocket, reset before its answer', 'http', byClient(handshake('a'), resetIt, 'at once')],
  ['a WebSocket, ended by the app', 'http', byClient(handshake('by-app-end'), nothing)],
  ['a WebSocket, reset by the app', 'http', byClient(handshake('by-app-reset'), nothing)],
  [
    'an upgrade that the app refuses',
    'http',
    byClient(handshake('by-app-refusal').replace('Upgrade: w', 'Upgrade : w'), nothing),
  ],
  ['a WebSocket over HTTP/2 whose session is cut', 'http', overHttp2('a', 'session')],
  ['a WebSocket over HTTP/2, ended by the client', 'http', overHttp2('a', 'stream')],
  ['a WebSocket over HTTP/2, cancelled', 'http', overHttp2('a', 'cancel')],
  // Node 22 reads the end now and then where the peer has reset. Then the client may still send, and this one waits.
  ...(Number.parseInt(process.versions.node, 10) < 24
    ? []
    : [['a WebSocket over HTTP/2, reset by the app', 'http', overHttp2('by-app-reset', 'app')] as const]),
];

test('connections that end in any way leave no descriptor behind', { timeout: 300_000 }, async () => {
  const data = await DataFolder.create();
  onTestFinished(() => data[Symbol.asyncDispose]());
  const port = await app();
  const down = { ...clusterOptions([1], { holdFor: 200 }), label: 'down' };
  const toDown = listenerOptions().routes.map((route) => ({
    ...route,
    to: [{ cluster: 'down', weight: 1 }],
  }));
  const proxy = await runProxy(
    proxyOptions(port, {
      certificates: data.folder,
      listeners: [
        listenerOptions({ name: 'http' }),
        listenerOptions({ name: 'tcp', kind: 'tcp' }),
        listenerOptions({ name: 'auto', kind: 'auto', tls: serverTlsOptions() }),
        listenerOptions({ name: 'down', kind: 'tcp', routes: toDown }),
      ],
      clusters: { web: clusterOptions([port]), down },
    }),
  );
  const descriptors = (): number => readdirSync(`/proc/${proxy.pid}/fd`).length;
  const run = async (way: Way, listener: string, count: number): Promise<void> => {
    for (let begun = 0; begun < count; begun += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => way(proxy.ports[listener] ?? 0)));
  };
  // Whatever is loaded or opened once.
  for (const [name, listener, way] of WAYS) await withDeadline(name, run(way, listener, 1));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = descriptors();
  for (const [name, listener, way] of WAYS) {
    await withDeadline(name, run(way, listener, COUNT));
    await eventually(`the descriptors of ${name} to be closed`, () => descriptors() <= before);
  }
  await eventually('nothing to be counted as open', async () => {
    const stats = JSON.stringify(await proxy.stats());
    return !/"open":[1-9]/.test(stats) && !/"underWay":[1-9]/.test(stats);
  });
  expect(proxy.child.exitCode).toBeNull();
});
