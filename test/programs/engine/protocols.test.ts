import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { createServer as createHttpsServer, request as httpsRequest, type RequestOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { openAuthority } from '../../../src/certificates/authority.ts';
import { issueAuthority, issueLeaf, type Pair } from '../../../src/certificates/issue.ts';
import { openLeaf } from '../../../src/certificates/leaf.ts';
import type { ListenerOptions } from '../../../src/programs/proxy/options.ts';
import { ENGINES, type EngineName } from '../../../src/sidecars/engines/engine-name.ts';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { isInstalled } from '../../support/installed.ts';
import { GRPC_KINDS, GrpcServer, runKinds } from '../proxy/matrix/grpc-kinds.ts';
import {
  clusterOptions,
  listenerOptions,
  proxyOptions,
  routeOptions,
  serverTlsOptions,
} from '../proxy/support/proxy-options.ts';
import { runEngine } from './support/engine-process.ts';
import { asked, serve } from './support/servers.ts';

let folder = '';
let ca = '';
/** For a client, or a server of the pod. */
let leaf: Pair;
/** Of another CA. */
let foreign: Pair & { readonly ca: string };

beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'engine-tls-')), 'sidecarctl');
  ca = (await openAuthority(folder, Date.now())).cert;
  leaf = await openLeaf(folder, { pod: 'test', process: 'other', names: [] }, Date.now());
  const validity = {
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 86_400_000),
  };
  const root = await issueAuthority('another CA', validity);
  const names = { dns: ['app.test', 'www.app.test'], ip: [], uri: 'spiffe://x/y' };
  foreign = { ...(await issueLeaf(root, names, validity)), ca: root.cert };
});

afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const written = (name: string, pair: Pair): { readonly cert: string; readonly key: string } => {
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  writeFileSync(files.cert, pair.cert);
  writeFileSync(files.key, pair.key);
  return files;
};

const options = (upstream: number, listener: Partial<ListenerOptions>) =>
  proxyOptions(upstream, {
    certificates: folder,
    listeners: [listenerOptions({ name: 'https', ...listener })],
  });

/** The status of an answer over TLS, or what went wrong. */
const getOver = (port: number, more: RequestOptions): Promise<string> =>
  new Promise((resolve) => {
    const asking = httpsRequest({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      agent: false,
      ca,
      ...more,
    });
    asking.on('response', (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode)));
    });
    asking.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asking.end();
  });

const peerOf = (port: number, more: object): Promise<PeerCertificate> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...more });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });

const cnOf = (port: number, servername: string): Promise<unknown> =>
  peerOf(port, { servername }).then(
    ({ subject }) => subject.CN,
    () => null,
  );

const listen = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

const on = (
  engines: readonly EngineName[],
  title: string,
  body: (engine: EngineName) => Promise<void>,
): void => {
  for (const engine of engines)
    test.runIf(isInstalled(engine))(`${engine} ${title}`, () => body(engine), 60_000);
};

describe('TLS', () => {
  on(
    ENGINES,
    'has a certificate of the local CA, speaks HTTP/2 and HTTP/1.1, and tells the app',
    async (engine) => {
      const { port, requests } = await serve();
      const proxy = await runEngine(engine, options(port, { tls: serverTlsOptions() }));
      expect(await getOver(proxy.port, {})).toBe('200');
      expect(requests[0]?.headers['x-forwarded-proto']).toBe('https');
      const session = connectHttp2(`https://localhost:${proxy.port}`, { ca });
      onTestFinished(() => session.destroy());
      const stream = session.request({ ':path': '/over-h2' });
      const [headers] = await withDeadline('an answer', once(stream, 'response'));
      expect(headers[':status']).toBe(200);
      expect(session.alpnProtocol).toBe('h2');
      expect(requests[1]).toMatchObject({ url: '/over-h2', httpVersion: '1.1' });
      // It made no CA of its own, and wrote nothing to a home.
      expect(readdirSync(join(proxy.folder, 'engine', 'storage')).filter((name) => name !== '.step')).toEqual(
        [],
      );
    },
  );

  on(ENGINES, 'refuses older versions than it is told', async (engine) => {
    const { port } = await serve();
    const proxy = await runEngine(
      engine,
      options(port, { tls: serverTlsOptions({ minVersion: 'TLSv1.3' }) }),
    );
    expect(await getOver(proxy.port, { maxVersion: 'TLSv1.2' })).not.toBe('200');
    expect(await getOver(proxy.port, {})).toBe('200');
  });

  on(ENGINES, 'asks clients for certificates of the local CA, and of another', async (engine) => {
    const { port } = await serve();
    const proxy = await runEngine(
      engine,
      options(port, { tls: serverTlsOptions({ clientAuth: 'require' }) }),
    );
    expect(await getOver(proxy.port, {})).not.toBe('200');
    expect(await getOver(proxy.port, { cert: foreign.cert, key: foreign.key })).not.toBe('200');
    expect(await getOver(proxy.port, { cert: leaf.cert, key: leaf.key })).toBe('200');
    const file = join(folder, 'clients.pem');
    writeFileSync(file, foreign.ca);
    const tls = serverTlsOptions({ clientAuth: 'require', ca: file });
    const other = await runEngine(engine, options(port, { tls }));
    expect(await getOver(other.port, { cert: leaf.cert, key: leaf.key })).not.toBe('200');
    expect(await getOver(other.port, { cert: foreign.cert, key: foreign.key })).toBe('200');
    const request = await runEngine(
      engine,
      options(port, { tls: serverTlsOptions({ clientAuth: 'request' }) }),
    );
    expect(await getOver(request.port, {})).toBe('200');
    expect(await getOver(request.port, { cert: leaf.cert, key: leaf.key })).toBe('200');
  });

  on(ENGINES, 'has certificates of the user, and others by name', async (engine) => {
    const { port } = await serve();
    const own = written('own', leaf);
    const sni = { 'app.test': written('app', foreign), '*.app.test': written('app', foreign) };
    const proxy = await runEngine(engine, options(port, { tls: serverTlsOptions({ files: own, sni }) }));
    const named = async (servername: string) => (await peerOf(proxy.port, { servername })).subject.CN;
    expect(await named('localhost')).toBe('other.test.localhost');
    expect(await named('app.test')).toBe('app.test');
    expect(await named('www.app.test')).toBe('app.test');
    // Caddy has none for a name that none of its certificates has.
    if (engine !== 'caddy') expect(await named('other.test')).toBe('other.test.localhost');
  });

  on(ENGINES, 'takes other certificates without cutting a connection', async (engine) => {
    const held: (() => void)[] = [];
    const { port } = await serve((_, response) => void held.push(() => response.end('{}')));
    const files = written('changing', leaf);
    const proxy = await runEngine(engine, options(port, { tls: serverTlsOptions({ files }) }));
    const open = getOver(proxy.port, {});
    await eventually('a request', () => held.length === 1);
    written('changing', foreign);
    proxy.signal('SIGHUP');
    await eventually(
      'the other certificate',
      async () => (await cnOf(proxy.port, 'app.test')) === 'app.test',
    );
    held[0]?.();
    expect(await open).toBe('200');
  });

  on(ENGINES, 'is checked towards the app, with a certificate of its own', async (engine) => {
    const secure = createHttpsServer(
      { cert: leaf.cert, key: leaf.key, ca, requestCert: true, rejectUnauthorized: true },
      (_, response) => response.end('{}'),
    );
    const port = await listen(secure);
    const tls = { ca: null, certificate: 'local', serverName: null, verify: true } as const;
    const file = join(folder, 'servers.pem');
    writeFileSync(file, foreign.ca);
    const all = {
      right: {},
      otherName: { serverName: 'app.test' },
      withoutOwn: { certificate: null },
      otherCa: { ca: file },
      unchecked: { ca: file, verify: false },
    };
    const clusters = Object.entries(all).map(([name, more]) => [
      name,
      clusterOptions([port], { label: name, holdFor: 0, tls: { ...tls, ...more } }),
    ]);
    const listeners = Object.keys(all).map((name) =>
      listenerOptions({ name, routes: [routeOptions({ to: [{ cluster: name, weight: 1 }] })] }),
    );
    const proxy = await runEngine(
      engine,
      proxyOptions(port, { certificates: folder, clusters: Object.fromEntries(clusters), listeners }),
    );
    const statusOf = async (name: keyof typeof all): Promise<number> => {
      const own = proxy.port2(Object.keys(all).indexOf(name));
      return (await asked(`http://127.0.0.1:${own}`)).status;
    };
    expect(await statusOf('right')).toBe(200);
    expect(await statusOf('otherName')).toBeGreaterThanOrEqual(500);
    expect(await statusOf('withoutOwn')).toBeGreaterThanOrEqual(400);
    expect(await statusOf('otherCa')).toBeGreaterThanOrEqual(500);
    expect(await statusOf('unchecked')).toBe(200);
  });

  on(ENGINES, 'has a port that redirects to it', async (engine) => {
    const { port } = await serve();
    const redirect = listenerOptions({
      name: 'http',
      kind: 'redirect',
      routes: [],
      redirectTo: 'localhost:8443',
    });
    const proxy = await runEngine(engine, proxyOptions(port, { listeners: [redirect] }));
    const { status, response } = await asked(`${proxy.url}/a?b=c`);
    expect([status, response.headers.get('location')]).toEqual([307, 'https://localhost:8443/a?b=c']);
  });
});

describe('HTTP', () => {
  on(ENGINES, 'passes WebSockets on', async (engine) => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    sockets.on('connection', (socket) => {
      socket.on('message', (data) => socket.send(`echo ${data}`));
    });
    onTestFinished(() => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    });
    await once(sockets, 'listening');
    const { port } = sockets.address() as AddressInfo;
    const proxy = await runEngine(engine, proxyOptions(port));
    const client = new WebSocket(`ws://127.0.0.1:${proxy.port}/live`);
    onTestFinished(() => client.terminate());
    await withDeadline('a WebSocket', once(client, 'open'));
    client.send('hello');
    const [data] = await withDeadline('an echo', once(client, 'message'));
    expect(String(data)).toBe('echo hello');
  });

  on(ENGINES, 'passes gRPC of every kind on, over HTTP/2 without TLS', async (engine) => {
    const server = await GrpcServer.start();
    onTestFinished(() => server.stop());
    const proxy = await runEngine(
      engine,
      proxyOptions(0, { clusters: { web: clusterOptions([server.port], { protocol: 'h2' }) } }),
    );
    const outcomes = await withDeadline('all calls', runKinds(proxy.port, server));
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(GRPC_KINDS.map(({ name, expected }) => [name, expected])),
    );
  });

  on(ENGINES, 'passes events on as they come, and tells the app when the client has gone', async (engine) => {
    let isGone = false;
    const { port } = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\n');
      request.socket.once('close', () => {
        isGone = true;
      });
    });
    const proxy = await runEngine(engine, proxyOptions(port));
    const asking = httpRequest({ host: '127.0.0.1', port: proxy.port, agent: false });
    asking.on('error', () => undefined).end();
    const [response] = await withDeadline('the head', once(asking, 'response'));
    const [data] = await withDeadline('an event', once(response, 'data'));
    expect(String(data)).toBe('data: one\n\n');
    response.on('error', () => undefined);
    asking.destroy();
    await eventually('the app to know', () => isGone);
  });

  on(ENGINES, 'sends a large body on, and its answer back', async (engine) => {
    const { port } = await serve((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part) => parts.push(part)).on('end', () => response.end(Buffer.concat(parts)));
    });
    const proxy = await runEngine(engine, proxyOptions(port));
    const body = 'x'.repeat(8 * 1024 * 1024);
    const response = await fetch(proxy.url, { method: 'POST', body });
    expect((await response.text()) === body).toBe(true);
  });
});

describe('TCP', () => {
  const tcp = ['haproxy', 'nginx'] as const;

  on(tcp, 'passes bytes on, and takes TLS from them', async (engine) => {
    const port = await listen(createTcpServer((socket) => void socket.pipe(socket)));
    const route = routeOptions();
    const proxy = await runEngine(
      engine,
      options(port, { name: 'tcp', kind: 'tcp', routes: [route], tls: serverTlsOptions({ alpn: [] }) }),
    );
    const socket = connectTls({ host: '127.0.0.1', port: proxy.port, servername: 'localhost', ca });
    onTestFinished(() => void socket.destroy());
    await withDeadline('a connection', once(socket, 'secureConnect'));
    socket.write('bytes');
    const [data] = await withDeadline('an echo', once(socket, 'data'));
    expect(String(data)).toBe('bytes');
  });

  on(['haproxy'], "tells the app of the client in PROXY's second version", async (engine) => {
    let got = Buffer.alloc(0);
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('data', (data) => {
          got = Buffer.concat([got, data]);
        });
      }),
    );
    const proxy = await runEngine(
      engine,
      proxyOptions(port, {
        listeners: [listenerOptions({ name: 'tcp', kind: 'tcp' })],
        clusters: { web: clusterOptions([port], { proxyProtocol: 'v2' }) },
      }),
    );
    const asking = httpRequest({ host: '127.0.0.1', port: proxy.port, agent: false });
    asking.on('error', () => undefined).end();
    onTestFinished(() => void asking.destroy());
    const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
    await eventually('the header', () => got.subarray(0, 12).equals(signature));
  });
});
