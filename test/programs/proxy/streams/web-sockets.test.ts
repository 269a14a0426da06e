import { once } from 'node:events';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { clusterOptions, listenerOptions, proxyOptions, routeOptions } from '../support/proxy-options.ts';
import { RawClient } from '../support/raw-client.ts';
import { runProxy } from '../support/run-proxy.ts';
import { httpServer } from '../support/server.ts';

/** A server of WebSockets that sends back what it gets, and closes with the code that it is told. */
const echo = (port?: number): Promise<number> =>
  httpServer(
    (_request, response) => response.end('no upgrade'),
    (server) => {
      const sockets = new WebSocketServer({ server, perMessageDeflate: { threshold: 0 } });
      sockets.on('connection', (socket) => {
        socket.on('error', () => undefined);
        socket.on('message', (data, isBinary) => {
          if (!isBinary && String(data) === 'close') socket.close(4001, 'as told');
          else if (!isBinary && String(data) === 'die') socket.terminate();
          else socket.send(data, { binary: isBinary });
        });
      });
      onTestFinished(() => sockets.close());
    },
    port,
  );

const openTo = async (port: number, options: WebSocket.ClientOptions = {}): Promise<WebSocket> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live?a=1`, options);
  onTestFinished(() => socket.terminate());
  socket.on('error', () => undefined);
  await withDeadline('a WebSocket to open', once(socket, 'open'));
  return socket;
};

const answer = async (socket: WebSocket, message: string | Buffer): Promise<Buffer> => {
  const answered = once(socket, 'message');
  socket.send(message);
  const [data] = await withDeadline('a message', answered);
  return data as Buffer;
};

const closing = async (socket: WebSocket): Promise<number> => {
  const [code] = await withDeadline('a close', once(socket, 'close'));
  return code as number;
};

describe('a WebSocket over HTTP/1.1', () => {
  it('carries text, large binary messages, pings, and the close of either side', async () => {
    const proxy = await runProxy(proxyOptions(await echo()));
    const socket = await openTo(proxy.port);
    expect(String(await answer(socket, 'hello'))).toBe('hello');
    const large = Buffer.alloc(1024 * 1024, 'x');
    expect((await answer(socket, large)).equals(large)).toBe(true);
    const pong = once(socket, 'pong');
    socket.ping('beat');
    expect(String((await withDeadline('a pong', pong))[0])).toBe('beat');
    socket.send('close');
    expect(await closing(socket)).toBe(4001);
    const other = await openTo(proxy.port);
    other.close(4002);
    expect(await closing(other)).toBe(4002);
  });

  it('keeps what client and app have agreed on', async () => {
    const proxy = await runProxy(proxyOptions(await echo()));
    const socket = await openTo(proxy.port, { perMessageDeflate: true });
    expect(socket.extensions).toContain('permessage-deflate');
  });

  it('breaks off for the client when the app breaks it off', async () => {
    const proxy = await runProxy(proxyOptions(await echo()));
    const socket = await openTo(proxy.port);
    socket.send('die');
    expect(await closing(socket)).toBe(1006);
  });

  it('waits while the app restarts', async () => {
    const port = await freePort();
    const proxy = await runProxy(proxyOptions(port));
    const opening = openTo(proxy.port);
    await eventually('the request', async () =>
      JSON.stringify(await proxy.stats()).includes('"requests":{"open":1'),
    );
    await echo(port);
    expect(String(await answer(await opening, 'hello'))).toBe('hello');
  });

  it('gets the answer of the proxy if the app cannot be reached', async () => {
    const port = await freePort();
    const proxy = await runProxy(
      proxyOptions(port, { clusters: { web: clusterOptions([port], { holdFor: 0 }) } }),
    );
    const client = await RawClient.to(proxy.port);
    client.send(handshake());
    await client.receives('x-sidecarctl-flags: URX,UF');
    expect(client.text).toMatch(/^HTTP\/1.1 503 /);
    expect(await client.ending).toBe('closed');
  });

  it('is an ordinary response if the app refuses it', async () => {
    const refusing = await httpServer(
      () => undefined,
      (server) =>
        server.on('upgrade', (_request, socket) =>
          socket.end('HTTP/1.1 401 Unauthorized\r\nX-Why: no\r\nContent-Length: 4\r\n\r\nno!\n'),
        ),
    );
    const proxy = await runProxy(proxyOptions(refusing));
    const client = await RawClient.to(proxy.port);
    client.send(handshake());
    expect(await client.ending).toBe('closed');
    expect(client.text).toMatch(/^HTTP\/1.1 401 /);
    expect(client.text).toMatch(/X-Why: no\r\n/);
    expect(client.text).toMatch(/no!\n$/);
  });

  it('is an ordinary response if the app does not know upgrades', async () => {
    const plain = await httpServer((_request, response) => response.end('plain'));
    const proxy = await runProxy(proxyOptions(plain));
    const client = await RawClient.to(proxy.port);
    client.send(handshake());
    expect(await client.ending).toBe('closed');
    expect(client.text).toMatch(/^HTTP\/1.1 200 /);
    expect(client.text).toContain('plain');
  });

  it('ends when it is idle for too long', async () => {
    const routes = [routeOptions({ timeouts: { request: 0, backendRequest: 0, idle: 1_000 } })];
    const proxy = await runProxy(proxyOptions(await echo(), { listeners: [listenerOptions({ routes })] }));
    expect(await closing(await openTo(proxy.port))).toBe(1006);
  });

  it('goes on during a drain, and ends with the end of it', async () => {
    const proxy = await runProxy(proxyOptions(await echo(), { drainTimeout: 1_000 }));
    const client = await RawClient.to(proxy.port);
    client.send(handshake());
    await client.receives('101 Switching');
    const socket = await openTo(proxy.port);
    proxy.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(String(await answer(socket, 'still there'))).toBe('still there');
    expect(await client.ending).toBe('closed');
    expect(await proxy.exit).toBe(0);
  });

  it('is written to the access log once it has ended', async () => {
    const proxy = await runProxy(proxyOptions(await echo(), { accessLog: { format: 'json', path: null } }));
    const socket = await openTo(proxy.port);
    await answer(socket, 'hello');
    socket.close();
    await closing(socket);
    await eventually('a line', () => proxy.output.includes('"response_code":101'));
    const line = proxy.output.split('\n').find((text) => text.includes('"response_code"')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ method: 'GET', path: '/live?a=1', response_flags: null });
    expect(JSON.parse(line).bytes_received).toBeGreaterThan(10);
  });
});

const handshake = (protocol = 'websocket'): string =>
  [
    ...['GET /live HTTP/1.1', 'Host: web.test', 'Connection: Upgrade', `Upgrade: ${protocol}`],
    ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
  ].join('\r\n');

test('an upgrade to any other protocol passes, with what comes at once with it', async () => {
  const app = await httpServer(
    () => undefined,
    (server) =>
      server.on('upgrade', (_request, socket, head) => {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\nhello ',
        );
        socket.write(head);
        socket.pipe(socket);
      }),
  );
  const proxy = await runProxy(proxyOptions(app));
  const client = await RawClient.to(proxy.port);
  client.send(`${handshake('shout')}early `);
  await client.receives('hello early ');
  expect(client.text.toLowerCase()).toContain('\r\nupgrade: shout\r\n');
  client.send('late');
  await client.receives('early late');
});

test('an upgrade that is sent right behind other requests waits for their responses', async () => {
  const app = await httpServer(
    (request, response) => setTimeout(() => response.end(`slow ${request.url}`), 100),
    (server) =>
      server.on('upgrade', (_request, socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n');
        socket.pipe(socket);
      }),
  );
  const proxy = await runProxy(proxyOptions(app));
  const client = await RawClient.to(proxy.port);
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  client.send(`${get('/one')}${get('/two')}${handshake('shout')}early`);
  await client.receives('early');
  expect(client.text).toMatch(/slow \/one.*slow \/two.*HTTP\/1.1 101.*early$/s);
});

test('a client that asks for an upgrade to HTTP/2 is answered in HTTP/1.1', async () => {
  const app = await httpServer((request, response) => response.end(`upgrade ${request.headers.upgrade}`));
  const proxy = await runProxy(proxyOptions(app));
  const client = await RawClient.to(proxy.port);
  client.send(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
  );
  await client.receives('upgrade undefined');
});

test('a CONNECT passes to an app that is a proxy, as do its refusals', async () => {
  const app = await httpServer(
    () => undefined,
    (server) =>
      server.on('connect', (request, socket) => {
        if (request.url === 'no.test:1') return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        socket.write(`HTTP/1.1 200 Connection established\r\n\r\n${request.url} `);
        return socket.pipe(socket);
      }),
  );
  const proxy = await runProxy(proxyOptions(app));
  const client = await RawClient.to(proxy.port);
  client.send('CONNECT yes.test:443 HTTP/1.1\r\nHost: yes.test:443\r\n\r\nearly');
  await client.receives('yes.test:443 early');
  const refused = await RawClient.to(proxy.port);
  refused.send('CONNECT no.test:1 HTTP/1.1\r\nHost: no.test:1\r\n\r\n');
  expect(await refused.ending).toBe('closed');
  expect(refused.text).toMatch(/^HTTP\/1.1 403 /);
  const withBody = await RawClient.to(proxy.port);
  withBody.send('CONNECT yes.test:443 HTTP/1.1\r\nHost: yes.test:443\r\nContent-Length: 5\r\n\r\nhello');
  expect(await withBody.ending).toBe('closed');
  expect(withBody.text).toMatch(/^HTTP\/1.1 400 /);
});

/** A text frame of a client: RFC 6455 wants a mask, and 0 is one. */
const frameOf = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

const openOverHttp2 = async (port: number, path = '/live'): Promise<Duplex & { status: number }> => {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  await withDeadline('settings', once(session, 'remoteSettings'));
  expect(session.remoteSettings.enableConnectProtocol).toBe(true);
  const stream = session.request({
    ...{ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':path': path },
    ...{ ':authority': 'web.test', 'sec-websocket-version': '13' },
  });
  stream.on('error', () => undefined);
  const [headers] = await withDeadline('a response', once(stream, 'response'));
  return Object.assign(stream, { status: Number(headers[':status']) });
};

const readFrom = async (stream: Duplex, text: string): Promise<void> => {
  let seen = '';
  stream.on('data', (data) => {
    seen += data;
  });
  await eventually(text, () => seen.includes(text));
};

describe('a WebSocket over HTTP/2', () => {
  it('goes to an app that speaks HTTP/1.1', async () => {
    const proxy = await runProxy(proxyOptions(await echo()));
    const stream = await openOverHttp2(proxy.port);
    expect(stream.status).toBe(200);
    stream.write(frameOf('over h2'));
    await readFrom(stream, 'over h2');
    const ended = once(stream, 'end');
    stream.end();
    await withDeadline('the end of the stream', ended);
  });

  it('is refused as the app refuses it', async () => {
    const proxy = await runProxy(
      proxyOptions(await httpServer((_, response) => response.writeHead(403).end())),
    );
    expect((await openOverHttp2(proxy.port)).status).toBe(403);
  });

  it.each(['HTTP/1.1', 'HTTP/2'])(
    'goes to an app that speaks HTTP/2, from a client of %s',
    async (protocol) => {
      const app = await http2App((stream) => {
        stream.respond({ ':status': 200 });
        stream.pipe(stream);
      });
      const clusters = { web: clusterOptions([app], { protocol: 'h2' }) };
      const proxy = await runProxy(proxyOptions(app, { clusters }));
      if (protocol === 'HTTP/2') {
        const stream = await openOverHttp2(proxy.port);
        stream.write('bytes');
        return readFrom(stream, 'bytes');
      }
      const client = await RawClient.to(proxy.port);
      client.send(handshake());
      await client.receives('\r\n\r\n');
      expect(client.text).toMatch(/^HTTP\/1.1 101 /);
      expect(client.text).toContain('sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
      client.send('bytes');
      return client.receives('\r\n\r\nbytes');
    },
  );
});

const http2App = async (serve: (stream: ServerHttp2Stream) => void): Promise<number> => {
  const server = createHttp2Server({ settings: { enableConnectProtocol: true } });
  const sessions = new Set<{ destroy: () => void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    serve(stream);
  });
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};
