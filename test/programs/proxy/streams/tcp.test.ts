import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type {
  ClusterOptions,
  ListenerOptions,
  ProxyOptions,
} from '../../../../src/programs/proxy/options.ts';
import { DataFolder } from '../../../certificates/support.ts';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { isInstalled } from '../../../support/installed.ts';
import {
  clusterOptions,
  listenerOptions,
  proxyOptions,
  routeOptions,
  serverTlsOptions,
} from '../support/proxy-options.ts';
import type { ProxyProcess } from '../support/proxy-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { runProxy } from '../support/run-proxy.ts';
import { byteServer, httpServer } from '../support/server.ts';

const tcpProxy = (
  ports: readonly number[],
  { listener = {}, cluster = {}, proxy = {} }: Changes = {},
): Promise<ProxyProcess> =>
  runProxy(
    proxyOptions(0, {
      listeners: [listenerOptions({ kind: 'tcp', ...listener })],
      clusters: { web: clusterOptions(ports, cluster) },
      ...proxy,
    }),
  );

interface Changes {
  readonly listener?: Partial<ListenerOptions>;
  readonly cluster?: Partial<ClusterOptions>;
  readonly proxy?: Partial<ProxyOptions>;
}

const echo = (): Promise<number> => byteServer((socket) => void socket.pipe(socket));

/** A connection over TLS that does not look at the certificate. */
const secureTo = async (port: number, alpn: readonly string[] = []): Promise<TLSSocket> => {
  const socket = connectTls({
    ...{ port, host: '127.0.0.1', rejectUnauthorized: false, allowHalfOpen: true },
    ALPNProtocols: [...alpn],
  });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await withDeadline('TLS', once(socket, 'secureConnect'));
  return socket;
};

const endOf = (socket: Socket): Promise<string> =>
  withDeadline(
    'the end of a connection',
    new Promise((resolve) => {
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
      socket.once('close', () => resolve('closed'));
    }),
  );

const secured = async (): Promise<Pick<ProxyOptions, 'certificates'>> => {
  const data = await DataFolder.create();
  onTestFinished(() => data[Symbol.asyncDispose]());
  return { certificates: data.folder };
};

describe('a connection of bytes', () => {
  it('passes both ways, also much at once, and each end by itself', async () => {
    // What comes is counted, and told only after the end of it.
    const counting = await byteServer((socket) => {
      socket.allowHalfOpen = true;
      let bytes = 0;
      socket.on('data', (data) => {
        bytes += data.length;
      });
      socket.on('end', () => socket.end(`${bytes} bytes`));
    });
    const proxy = await tcpProxy([counting]);
    const client = await RawClient.to(proxy.port);
    client.socket.allowHalfOpen = true;
    client.socket.end(Buffer.alloc(8 * 1024 * 1024));
    expect(await client.ending).toBe('closed');
    expect(client.text).toBe(`${8 * 1024 * 1024} bytes`);
  });

  it('passes on that the endpoint has ended, and goes on in the other direction', async () => {
    let heard = '';
    const app = await byteServer((socket) => {
      socket.allowHalfOpen = true;
      socket.end('bye');
      socket.on('data', (data) => {
        heard += data;
      });
    });
    const proxy = await tcpProxy([app]);
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void client.destroy());
    client.resume();
    await withDeadline('the end', once(client, 'end'));
    client.end('still here');
    await eventually('the rest', () => heard === 'still here');
  });

  it('is reset for the client when the endpoint resets it', async () => {
    const app = await byteServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const proxy = await tcpProxy([app]);
    const client = await RawClient.to(proxy.port);
    client.send('x');
    expect(await client.ending).toBe('ECONNRESET');
  });

  it('is reset for the endpoint when the client resets it', async () => {
    const failed = Promise.withResolvers<string | undefined>();
    const app = await byteServer((socket) => {
      socket.on('error', ({ code }: NodeJS.ErrnoException) => failed.resolve(code));
      socket.pipe(socket);
    });
    const proxy = await tcpProxy([app]);
    const client = await RawClient.to(proxy.port);
    client.send('x');
    await client.receives('x');
    client.socket.resetAndDestroy();
    expect(await withDeadline('a reset', failed.promise)).toBe('ECONNRESET');
  });

  it('holds back an endpoint whose client does not read', async () => {
    let sent = 0;
    const app = await byteServer((socket) => {
      const more = (): void => {
        while (sent < 64 * 1024 * 1024 && socket.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      socket.on('drain', more);
      more();
    });
    const proxy = await tcpProxy([app]);
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    onTestFinished(() => void client.destroy());
    let before = -1;
    await eventually('nothing more to be sent', async () => {
      const isSteady = sent > 0 && sent === before;
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return isSteady;
    });
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('waits while the endpoint restarts', async () => {
    const port = await freePort();
    const proxy = await tcpProxy([port]);
    const client = await RawClient.to(proxy.port);
    client.send('hello');
    await eventually('an attempt', async () => JSON.stringify(await proxy.stats()).includes('"waiting":1'));
    await byteServer((socket) => void socket.pipe(socket), port);
    await client.receives('hello');
  });

  it('is reset if no endpoint can be reached', async () => {
    const proxy = await tcpProxy([await freePort()], { cluster: { holdFor: 0 } });
    expect(await (await RawClient.to(proxy.port)).ending).toBe('ECONNRESET');
  });

  it('goes to another endpoint if one refuses', async () => {
    const proxy = await tcpProxy([await freePort(), await echo()], { cluster: { holdFor: 0 } });
    for (let round = 0; round < 5; round += 1) {
      const client = await RawClient.to(proxy.port);
      client.send('hello');
      await client.receives('hello');
    }
  });

  it('is balanced over the endpoints', async () => {
    const named = (name: string) => byteServer((socket) => void socket.write(name));
    const ports = [await named('one'), await named('two')];
    const proxy = await tcpProxy(ports, { cluster: { loadBalancer: { type: 'RoundRobin' } } });
    const heard = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const client = await RawClient.to(proxy.port);
      await eventually('a name', () => client.text !== '');
      heard.add(client.text);
    }
    expect(heard).toEqual(new Set(['one', 'two']));
  });

  it('waits for its turn beyond maxConnections', async () => {
    const { circuitBreaker } = clusterOptions([]);
    const cluster = { circuitBreaker: { ...circuitBreaker, maxConnections: 1 } };
    const proxy = await tcpProxy([await echo()], { cluster });
    const first = await RawClient.to(proxy.port);
    first.send('one');
    await first.receives('one');
    const second = await RawClient.to(proxy.port);
    second.send('two');
    await eventually('a wait', async () => JSON.stringify(await proxy.stats()).includes('"waiting":1'));
    expect(second.text).toBe('');
    first.socket.end();
    await second.receives('two');
  });

  it('ends when it is idle for too long, and not before', async () => {
    const routes = [routeOptions({ timeouts: { request: 0, backendRequest: 0, idle: 1_000 } })];
    const proxy = await tcpProxy([await echo()], { listener: { routes } });
    const client = await RawClient.to(proxy.port);
    for (let round = 0; round < 4; round += 1) {
      client.send(`${round}`);
      await client.receives(`${round}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(await client.ending).toBe('closed');
  });

  it('is written to the access log with its bytes', async () => {
    const port = await echo();
    const proxy = await tcpProxy([port], { proxy: { accessLog: { format: 'json', path: null } } });
    const client = await RawClient.to(proxy.port);
    client.send('hello');
    await client.receives('hello');
    client.socket.end();
    await client.ending;
    await eventually('a line', () => proxy.output.includes('upstream_host'));
    const line = proxy.output.split('\n').find((text) => text.includes('upstream_host')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      ...{ bytes_received: 5, bytes_sent: 5, response_code: 0, response_flags: null },
      upstream_host: `127.0.0.1:${port}`,
    });
  });

  it('goes on during a drain, and ends with the end of it', async () => {
    const proxy = await tcpProxy([await echo()], { proxy: { drainTimeout: 1_000 } });
    const client = await RawClient.to(proxy.port);
    client.send('one');
    await client.receives('one');
    proxy.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 400));
    client.send('two');
    await client.receives('onetwo');
    expect(await client.ending).toBe('closed');
    expect(await proxy.exit).toBe(0);
  });
});

describe('a connection of bytes inside of TLS', () => {
  const tls = serverTlsOptions({ alpn: [] });

  it('passes both ways, and each end by itself', async () => {
    const app = await byteServer((socket) => {
      socket.allowHalfOpen = true;
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('end', () => socket.end(`${text} after the end`));
    });
    const proxy = await tcpProxy([app], { listener: { tls }, proxy: await secured() });
    const client = await secureTo(proxy.port);
    client.end('hello');
    let text = '';
    client.on('data', (data) => {
      text += data;
    });
    expect(await endOf(client)).toBe('closed');
    expect(text).toBe('hello after the end');
  });

  it('is reset for the client when the endpoint resets it', async () => {
    const app = await byteServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const proxy = await tcpProxy([app], { listener: { tls }, proxy: await secured() });
    const client = await secureTo(proxy.port);
    client.write('x');
    expect(await endOf(client)).toBe('ECONNRESET');
  });
});

describe('a listener that takes TLS off, and passes on what is inside', () => {
  const auto = async (port: number, cluster: Partial<ClusterOptions> = {}): Promise<ProxyProcess> =>
    tcpProxy([port], {
      ...{ listener: { kind: 'auto', tls: serverTlsOptions() }, cluster },
      proxy: { ...(await secured()), accessLog: { format: 'json', path: null } },
    });

  it('passes HTTP/1.1 as bytes', async () => {
    const app = await httpServer((request, response) => response.end(JSON.stringify(request.rawHeaders)));
    const proxy = await auto(app);
    const client = await secureTo(proxy.port, ['http/1.1']);
    client.write('GET / HTTP/1.1\r\nHost: a\r\nX-Odd:  kept\r\nConnection: close\r\n\r\n');
    let text = '';
    client.on('data', (data) => {
      text += data;
    });
    client.once('end', () => client.end());
    await endOf(client);
    expect(text).toContain('["Host","a","X-Odd","kept","Connection","close"]');
    await eventually('a line', () => proxy.output.includes('"method":null'));
  });

  it.runIf(isInstalled('curl'))('takes HTTP/2 as requests', async () => {
    const app = await httpServer((request, response) => response.end(`HTTP/${request.httpVersion}`));
    const proxy = await auto(app);
    const url = `https://127.0.0.1:${proxy.port}/`;
    const curl = spawn('curl', ['-sSk', '--http2', '-w', ' %{http_version}', url]);
    let text = '';
    curl.stdout.on('data', (data) => {
      text += data;
    });
    await withDeadline('curl', once(curl, 'close'));
    expect(text).toBe('HTTP/1.1 2');
    await eventually('a line', () => proxy.output.includes('"method":"GET"'));
  });

  it('answers with the cause if the endpoint cannot be reached', async () => {
    const proxy = await auto(await freePort(), { holdFor: 0 });
    const client = await secureTo(proxy.port, ['http/1.1']);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    let text = '';
    client.on('data', (data) => {
      text += data;
    });
    client.once('end', () => client.end());
    expect(await endOf(client)).toBe('closed');
    expect(text).toMatch(/^HTTP\/1.1 503 /);
    expect(text).toMatch(/edge: web does not answer on 127\.0\.0\.1:\d+: connection refused/);
  });
});

/** Runs a real program in front of an app, and waits until it listens. */
const readerOf = async (command: string, args: readonly string[], port: number): Promise<ChildProcess> => {
  const child = spawn(command, args, { stdio: 'ignore' });
  const exit = once(child, 'exit');
  // A killed nginx would leave its worker behind.
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await withDeadline(`the end of ${command}`, exit);
  });
  await eventually(`${command} to listen`, async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    return isOpen;
  });
  return child;
};

describe('the PROXY protocol is read', () => {
  const whoAmI = (): Promise<number> =>
    httpServer((request, response) => response.end(String(request.headers['x-seen'])));

  const ask = async (proxy: ProxyProcess): Promise<{ text: string; port: number }> => {
    const client = await RawClient.to(proxy.port);
    const port = client.socket.localPort ?? 0;
    client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await client.ending;
    return { text: client.text, port };
  };

  const folder = async (): Promise<string> => {
    const data = await DataFolder.create();
    onTestFinished(() => data[Symbol.asyncDispose]());
    return data.project.folder;
  };

  const kinds = ['tcp', 'http'] as const;
  test.runIf(isInstalled('haproxy')).each(kinds)('by HAProxy, from a listener of %s', async (kind) => {
    const [port, app, file] = [await freePort(), await whoAmI(), join(await folder(), 'haproxy.cfg')];
    writeFileSync(
      file,
      `defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f
  bind 127.0.0.1:${port} accept-proxy
  http-request set-header x-seen %[src]:%[src_port]
  default_backend b
backend b
  server s 127.0.0.1:${app}
`,
    );
    await readerOf('haproxy', ['-f', file], port);
    const proxy = await tcpProxy([port], { listener: { kind }, cluster: { proxyProtocol: 'v2' } });
    for (let round = 0; round < 2; round += 1) {
      const asked = await ask(proxy);
      expect(asked.text).toContain(`127.0.0.1:${asked.port}`);
    }
  });

  it('with what TLS has agreed on', async () => {
    const header = Promise.withResolvers<Buffer>();
    const app = await byteServer((socket) => void socket.once('data', header.resolve));
    const listener = { tls: serverTlsOptions({ alpn: ['http/1.1'] }) };
    const cluster = { proxyProtocol: 'v2' as const };
    const proxy = await tcpProxy([app], { listener, cluster, proxy: await secured() });
    await secureTo(proxy.port, ['http/1.1']);
    const bytes = await withDeadline('a header', header.promise);
    expect(bytes.subarray(0, 14).toString('hex')).toBe('0d0a0d0a000d0a515549540a2111');
    expect(bytes.length).toBe(16 + bytes.readUInt16BE(14));
    // The protocol, and within the field of TLS no certificate and the version.
    expect(bytes.toString('latin1')).toContain('\x01\x00\x08http/1.1');
    expect(bytes.toString('latin1')).toContain('\x20\x00\x0f\x01\x00\x00\x00\x01\x21\x00\x07TLSv1.3');
  });

  test.runIf(isInstalled('nginx'))('by nginx', async () => {
    const [port, app, place] = [await freePort(), await whoAmI(), await folder()];
    const file = join(place, 'nginx.conf');
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    writeFileSync(
      file,
      `daemon off; pid ${place}/pid; error_log ${place}/error;
events {}
http {
  access_log off;
  ${paths.map((path) => `${path}_temp_path ${place}/${path};`).join(' ')}
  server {
    listen 127.0.0.1:${port} proxy_protocol;
    location / {
      proxy_set_header x-seen $proxy_protocol_addr:$proxy_protocol_port;
      proxy_pass http://127.0.0.1:${app};
    }
  }
}
`,
    );
    await readerOf('nginx', ['-c', file], port);
    const proxy = await tcpProxy([port], { cluster: { proxyProtocol: 'v2' } });
    const asked = await ask(proxy);
    expect(asked.text).toContain(`127.0.0.1:${asked.port}`);
  });
});
