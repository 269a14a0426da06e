import { once } from 'node:events';
import { createServer, type Http2Server, type Http2ServerRequest, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { Upstream } from '../../../../src/programs/proxy/http/upstream.ts';
import { H2Upstream, type H2UpstreamOptions } from '../../../../src/programs/proxy/streams/h2/upstream.ts';
import { eventually } from '../../../support/deadline.ts';
import { collect, upstreamRequest } from './collect.ts';
import { data, END_STREAM, goaway, head, reset, type Step, startRawPeer } from './raw-h2-peer.ts';

const upstreamAt = (port: number, options: Partial<H2UpstreamOptions> = {}): Upstream => {
  const upstream = new H2Upstream({
    ...{ address: { host: '127.0.0.1', port }, tls: null, connectTimeout: 5_000, maxConnections: 1024 },
    ...{ keepalive: null, ...options },
  });
  onTestFinished(() => upstream.close());
  return upstream;
};

/** A server by Node, and its port. */
const serve = async (
  onStream: (stream: ServerHttp2Stream, headers: Http2ServerRequest['headers']) => void,
  settings: object = {},
): Promise<{ readonly server: Http2Server; readonly port: number }> => {
  const server = createServer({ settings });
  const sessions = new Set<{ destroy: () => void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    onStream(stream, headers);
  });
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, port: (server.address() as AddressInfo).port };
};

describe('what a peer does becomes the right end of an attempt', () => {
  const CANCEL = 8;
  const REFUSED = 7;
  const whole = (stream: number): Step[] => [head(stream), data(stream, END_STREAM)];
  const cases: readonly (readonly [string, (stream: number) => readonly Step[], string])[] = [
    ['a whole response', whole, 'whole'],
    ['a head that is the whole response', (s) => [head(s, END_STREAM)], 'whole'],
    ['a reset with an error before the head', (s) => [reset(s, 2)], 'reset'],
    ['a reset without an error before the head', (s) => [reset(s, 0)], 'reset'],
    ['a cancellation before the head', (s) => [reset(s, CANCEL)], 'reset'],
    ['a refused stream', (s) => [reset(s, REFUSED)], 'refused-stream'],
    ['fault that it finds with the request', (s) => [reset(s, 1)], 'protocol-error'],
    ['a reset with an error within the body', (s) => [head(s), data(s), reset(s, 2)], 'broken'],
    ['a cancellation within the body', (s) => [head(s), data(s), reset(s, CANCEL)], 'broken'],
    ['a later cancellation', (s) => [head(s), data(s), 'wait', reset(s, CANCEL)], 'broken'],
    ['a refusal within the body', (s) => [head(s), data(s), reset(s, REFUSED)], 'broken'],
    ['a body that is too short', (s) => [head(s, 0, '9'), data(s), reset(s, 0)], 'broken'],
    ['a reset of a whole response', (s) => [...whole(s), reset(s, 0)], 'whole'],
    ['a cancellation of a whole response', (s) => [...whole(s), reset(s, CANCEL)], 'whole'],
    ['the end of the connection before the head', () => ['end'], 'reset'],
    ['the end of the connection within the body', (s) => [head(s), data(s), 'end'], 'broken'],
    ['the reset of the connection', () => ['reset'], 'reset'],
    ['its farewell to a stream that it has not seen', () => [goaway(0, 0), 'end'], 'refused-stream'],
    ['its farewell in anger', () => [goaway(0, 2), 'end'], 'refused-stream'],
    ['its farewell, and the response', (s) => [goaway(s, 0), 'wait', ...whole(s)], 'whole'],
    ['a farewell in two steps', (s) => [goaway(2 ** 31 - 1, 0), 'wait', ...whole(s), goaway(s, 0)], 'whole'],
  ];
  it.each(cases)('%s', async (_, script, expected) => {
    const upstream = upstreamAt(await startRawPeer(script));
    for (const body of [null, Buffer.from('body')]) {
      const { failure, trailers } = await collect(upstream, { method: body === null ? 'GET' : 'POST', body });
      expect(failure ?? (trailers === null ? 'nothing' : 'whole')).toBe(expected);
    }
  });
});

// Node 22 says goodbye to such a peer and tells nobody here: the idle timeout of the route ends the request.
test.skipIf(process.versions.node.startsWith('22.'))('what is no HTTP/2 is a protocol error', async () => {
  const upstream = upstreamAt(await startRawPeer(() => [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]));
  expect((await collect(upstream)).failure).toBe('protocol-error');
});

describe('a connection that does not come about', () => {
  it('is a connect failure if nobody listens', async () => {
    const { server, port } = await serve(() => undefined);
    server.close();
    await once(server, 'close');
    const { failure, cause } = await collect(upstreamAt(port));
    expect([failure, cause]).toEqual(['connect-failure', `connect ECONNREFUSED 127.0.0.1:${port}`]);
  });

  it('says so if the endpoint speaks HTTP/1.1', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { failure, cause } = await collect(upstreamAt((server.address() as AddressInfo).port));
    expect([failure, cause]).toEqual(['protocol-error', 'it does not speak HTTP/2']);
  });

  it('is a connect timeout if the endpoint says nothing', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined));
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { failure } = await collect(upstreamAt(port, { connectTimeout: 50 }));
    expect(failure).toBe('connect-timeout');
  });
});

test('headers go as they are, without those of a connection', async () => {
  const seen = Promise.withResolvers<readonly string[]>();
  const { server, port } = await serve((stream) => stream.respond({ ':status': 204 }, { endStream: true }));
  server.on('stream', (_stream, _headers, _flags, raw) => seen.resolve(raw));
  await collect(upstreamAt(port), {
    path: '/a?b',
    headers: [
      'Host',
      'other',
      'X-Two',
      '1',
      'x-two',
      '2',
      'Connection',
      'x',
      'TE',
      'trailers',
      'Cookie',
      'a=1',
    ],
  });
  expect(await seen.promise).toEqual([
    ...[':method', 'GET', ':scheme', 'http', ':authority', 'web.test', ':path', '/a?b'],
    ...['x-two', '1', 'x-two', '2', 'te', 'trailers', 'cookie', 'a=1'],
  ]);
});

test('informational responses, trailers of both sides and lists of headers pass', async () => {
  const { port } = await serve((stream) => {
    stream.additionalHeaders({ ':status': 103, link: '</a>' });
    let trailers = {};
    stream.on('trailers', (came) => {
      trailers = came;
    });
    stream.respond({ ':status': 200, 'set-cookie': ['a=1', 'b=2'] }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ came: JSON.stringify(trailers) }));
    stream.pipe(stream);
  });
  const upstream = upstreamAt(port);
  for (const body of [Buffer.from('body'), Readable.from([Buffer.from('bo'), Buffer.from('dy')])]) {
    const got = await collect(upstream, { method: 'POST', body, trailers: () => ['t', '1', 't', '2'] });
    expect(got.information).toEqual([103]);
    expect(got.headers.slice(0, 4)).toEqual(['set-cookie', 'a=1', 'set-cookie', 'b=2']);
    expect(got.body).toBe('body');
    expect(got.trailers).toEqual(['came', '{"t":"1, 2"}']);
  }
});

test('a peer that takes three streams at a time gets no fourth, and another connection is opened', async () => {
  let [open, most] = [0, 0];
  const waiting: (() => void)[] = [];
  const { port } = await serve(
    (stream) => {
      most = Math.max(most, ++open);
      waiting.push(() => {
        open -= 1;
        stream.respond({ ':status': 200 }, { endStream: true });
      });
    },
    { maxConcurrentStreams: 3 },
  );
  const upstream = upstreamAt(port, { maxConnections: 2 });
  const all = Promise.all(Array.from({ length: 20 }, () => collect(upstream)));
  await eventually('two full connections', () => waiting.length === 6);
  expect(upstream.openConnections).toBe(2);
  let served = 0;
  await eventually('all to be served', () => {
    for (const end of waiting.splice(0)) {
      served += 1;
      end();
    }
    return served === 20;
  });
  expect((await all).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(most).toBe(6);
});

test('a client that does not read holds back the endpoint, and nobody else', async () => {
  let sent = 0;
  const { port } = await serve((stream, headers) => {
    stream.respond({ ':status': 200 });
    if (headers[':path'] === '/small') return void stream.end('small');
    const more = (): void => {
      sent += 65_536;
      stream.write(Buffer.alloc(65_536));
    };
    stream.on('drain', more);
    more();
  });
  const upstream = upstreamAt(port);
  const held = upstream.send(upstreamRequest(), {
    onData: () => false,
    ...{ onConnected: () => undefined, onInformation: () => undefined, onHead: () => undefined },
    ...{ onEnd: () => undefined, onFailure: () => undefined },
  });
  for (let round = 0; round < 20; round += 1)
    expect((await collect(upstream, { path: '/small' })).body).toBe('small');
  const before = sent;
  expect(before).toBeLessThan(2 * 1024 * 1024);
  await eventually('more to be sent', () => {
    held.resume();
    return sent > before;
  });
  held.abort();
});

test('an upload is held back by an endpoint that does not read', async () => {
  const { port } = await serve(() => undefined);
  let read = 0;
  const body = new Readable({
    read() {
      read += 65_536;
      this.push(Buffer.alloc(65_536));
    },
  });
  const upstream = upstreamAt(port);
  const done = collect(upstream, { method: 'POST', body }, (attempt) => {
    setTimeout(() => attempt.abort(), 300);
  });
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 400))]);
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(4 * 1024 * 1024);
});

test('an abort cancels the stream, and the connection stays', async () => {
  const closed = Promise.withResolvers<number | undefined>();
  const { port } = await serve((stream, headers) => {
    if (headers[':path'] === '/') return stream.respond({ ':status': 200 }, { endStream: true });
    stream.respond({ ':status': 200 });
    stream.write('begin');
    stream.on('close', () => closed.resolve(stream.rstCode));
  });
  const upstream = upstreamAt(port);
  const attempt = upstream.send(upstreamRequest({ path: '/slow' }), {
    ...{ onConnected: () => undefined, onInformation: () => undefined, onHead: () => undefined },
    onData: () => {
      attempt.abort();
      return true;
    },
    onEnd: () => expect.unreachable(),
    onFailure: () => expect.unreachable(),
  });
  expect(await closed.promise).toBe(8);
  expect((await collect(upstream)).status).toBe(200);
  expect(upstream.openConnections).toBe(1);
});

test('a connection that nobody answers on any more is found by a ping', async () => {
  const port = await startRawPeer((stream) => (stream === 1 ? [head(stream, END_STREAM)] : []), {
    answersPings: false,
  });
  const upstream = upstreamAt(port, { keepalive: { silence: 20, silenceOfOpen: 10_000, answer: 50 } });
  expect((await collect(upstream)).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const { failure, cause } = await collect(upstream);
  expect([failure, cause]).toEqual(['reset', 'the endpoint did not answer a ping within 50 ms']);
});

test('a connection that is answered on stays, however long a response takes', async () => {
  const port = await startRawPeer((stream) => [...Array(10).fill('wait'), head(stream, END_STREAM)]);
  const upstream = upstreamAt(port, { keepalive: { silence: 0, silenceOfOpen: 20, answer: 100 } });
  expect((await collect(upstream)).status).toBe(200);
});

test('a close while a connection is opened serves who waits for it', async () => {
  const { port } = await serve((stream) => stream.respond({ ':status': 200 }, { endStream: true }));
  const upstream = upstreamAt(port);
  const waiting = collect(upstream);
  upstream.close();
  expect((await waiting).status).toBe(200);
  await eventually('no connection', () => upstream.openConnections === 0);
});

test('a close lets what is open end', async () => {
  const { port } = await serve((stream) => {
    setTimeout(() => {
      stream.respond({ ':status': 200 });
      stream.end('late');
    }, 50);
  });
  const upstream = upstreamAt(port);
  const late = collect(upstream);
  await eventually('a connection', () => upstream.openConnections === 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  upstream.close();
  expect((await late).body).toBe('late');
  await eventually('no connection', () => upstream.openConnections === 0);
});
