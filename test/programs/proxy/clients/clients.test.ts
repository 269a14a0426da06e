import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { get as getSecurely } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { withDeadline } from '../../../support/deadline.ts';
import { isInstalled } from '../../../support/installed.ts';
import { startEdge } from './started-edge.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.runIf(isInstalled('curl'))('curl', () => {
  it('speaks HTTP/1.1, HTTP/2 over TLS, and HTTP/2 from the first byte', async () => {
    const { ports, ca } = await startEdge();
    const ask = async (url: string, ...args: readonly string[]): Promise<string> => {
      const told = '\n%{http_version} %{ssl_verify_result} %header{x-protocol}';
      const { stdout } = await execa('curl', ['-sS', '-w', told, ...args, url]);
      return stdout;
    };
    const [http, https] = [`http://localhost:${ports.http}/`, `https://localhost:${ports.https}/`] as const;
    const auto = `https://localhost:${ports.auto}/`;
    expect(await ask(http, '--http1.1')).toBe('hello, world\n1.1 0 1.1');
    expect(await ask(http, '--http1.0')).toBe('hello, world\n1.1 0 1.1');
    expect(await ask(http, '--http2-prior-knowledge')).toBe('hello, world\n2 0 1.1');
    expect(await ask(https, '--http1.1', '--cacert', ca)).toBe('hello, world\n1.1 0 1.1');
    expect(await ask(https, '--http2', '--cacert', ca)).toBe('hello, world\n2 0 1.1');
    expect(await ask(auto, '--http1.1', '--cacert', ca)).toBe('hello, world\n1.1 0 1.1');
    expect(await ask(auto, '--http2', '--cacert', ca)).toBe('hello, world\n2 0 1.1');
  });

  it.each(['--http1.1', '--http2'])(
    'loads 20 MiB both ways, and goes on with a part, by %s',
    async (version) => {
      const { app, ports, ca, folder } = await startEdge();
      const file = join(folder, 'big');
      const base = `https://localhost:${ports.https}`;
      const curl = async (...args: readonly string[]) =>
        (await execa('curl', ['-sS', '--fail', version, '--cacert', ca, ...args])).stdout;
      await curl('-o', file, `${base}/big`);
      expect(sha256(readFileSync(file))).toBe(app.bigHash);
      expect(await curl('-T', file, `${base}/hash`)).toBe(app.bigHash);
      writeFileSync(file, app.big.subarray(0, 10_000_000));
      await curl('-C', '-', '-o', file, `${base}/big`);
      expect(sha256(readFileSync(file))).toBe(app.bigHash);
    },
  );

  it.each(['--http1.1', '--http2'])('sees each event of a server as it comes, by %s', async (version) => {
    const { app, ports, ca } = await startEdge();
    const curl = execa('curl', ['-sSN', version, '--cacert', ca, `https://localhost:${ports.https}/events`]);
    const [first] = await withDeadline('the first event', once(curl.stdout, 'data'));
    expect(String(first)).toBe('data: one\n\n');
    app.sendNextEvent();
    expect((await curl).stdout).toBe('data: one\n\ndata: two\n');
  });
});

describe('what makes load finds every request answered', () => {
  it.runIf(isInstalled('h2load'))('h2load', async () => {
    const { ports } = await startEdge();
    for (const base of [`https://localhost:${ports.https}`, `http://localhost:${ports.http}`]) {
      const { stdout } = await execa('h2load', ['-n2000', '-c4', '-m10', `${base}/`]);
      expect(stdout).toContain('2000 succeeded, 0 failed, 0 errored, 0 timeout');
      expect(stdout).toContain('2000 2xx, 0 3xx, 0 4xx, 0 5xx');
    }
  });

  it.runIf(isInstalled('wrk'))('wrk', async () => {
    const { ports } = await startEdge();
    for (const url of [`http://localhost:${ports.http}/`, `https://localhost:${ports.auto}/`]) {
      const { stdout } = await execa('wrk', ['-t1', '-c8', '-d1s', url]);
      expect(stdout).toMatch(/\d+ requests in/);
      expect(stdout).not.toMatch(/Non-2xx|Socket errors/);
    }
  });

  it.runIf(isInstalled('ab')).each([
    ['keeps its connections', ['-k']],
    ['opens one for each', []],
  ])('ab, which %s', async (_, more) => {
    const { ports } = await startEdge();
    const { stdout } = await execa('ab', ['-n1000', '-c8', ...more, `http://localhost:${ports.http}/`]);
    expect(stdout).toMatch(/Complete requests: +1000\n/);
    expect(stdout).toMatch(/Failed requests: +0\n/);
    expect(stdout).not.toContain('Non-2xx');
  });
});

describe('ws', () => {
  it.each(['http', 'https', 'auto'] as const)('talks through the %s port', async (name) => {
    const { ports, ca } = await startEdge();
    const scheme = name === 'http' ? 'ws' : 'wss';
    const socket = new WebSocket(`${scheme}://localhost:${ports[name]}/`, { ca: readFileSync(ca) });
    await withDeadline('the WebSocket to open', once(socket, 'open'));
    for (const message of ['hello', 'x'.repeat(1_000_000)]) {
      socket.send(message);
      const [answer] = await withDeadline('an answer', once(socket, 'message'));
      expect(String(answer)).toBe(message);
    }
    socket.ping();
    await withDeadline('a pong', once(socket, 'pong'));
    socket.close(4_001, 'enough');
    const [code] = await withDeadline('the WebSocket to close', once(socket, 'close'));
    expect(code).toBe(4_001);
  });
});

describe('TLS of other makers', () => {
  it.runIf(isInstalled('openssl')).each(['http/1.1', 'h2'])('openssl agrees on %s', async (protocol) => {
    const { ports, ca } = await startEdge();
    const to = ['-connect', `localhost:${ports.https}`, '-servername', 'localhost', '-alpn', protocol];
    const { stdout } = await execa('openssl', ['s_client', ...to, '-CAfile', ca, '-verify_return_error'], {
      input: '',
    });
    expect(stdout).toContain(`ALPN protocol: ${protocol}`);
    expect(stdout).toContain('Verify return code: 0 (ok)');
    expect(stdout).toContain('TLSv1.3');
  });

  it.runIf(isInstalled('gnutls-cli'))('GnuTLS gets an answer', async () => {
    const { ports, ca } = await startEdge();
    const args = ['--x509cafile', ca, '--alpn', 'http/1.1', '-p', `${ports.https}`, 'localhost'];
    const client = execa('gnutls-cli', args, { stdin: 'pipe' });
    // It closes the connection when its stdin ends.
    client.stdin.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const { stdout } = await client;
    expect(stdout).toContain('Handshake was completed');
    expect(stdout).toContain('HTTP/1.1 200 OK');
    expect(stdout).toContain('hello, world');
  });
});

describe('Node', () => {
  it('asks by fetch, and by http with connections that it keeps', async () => {
    const { app, ports } = await startEdge();
    const base = `http://localhost:${ports.http}`;
    expect(await (await fetch(base)).text()).toBe('hello, world');
    const posted = await fetch(`${base}/hash`, { method: 'POST', body: new Uint8Array(app.big) });
    expect(await posted.text()).toBe(app.bigHash);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 20; count++) {
      const [response] = await once(request(base, { agent }).end(), 'response');
      expect(await text(response)).toBe('hello, world');
    }
    agent.destroy();
  });

  it('asks by https and by http2', async () => {
    const { ports, ca } = await startEdge();
    const [response] = await once(
      getSecurely(`https://localhost:${ports.https}/`, { ca: readFileSync(ca) }),
      'response',
    );
    expect(await text(response)).toBe('hello, world');
    const session = connectHttp2(`https://localhost:${ports.https}`, { ca: readFileSync(ca) });
    const streams = Array.from({ length: 50 }, () => session.request({ ':path': '/' }));
    expect(new Set(await Promise.all(streams.map((stream) => text(stream))))).toEqual(
      new Set(['hello, world']),
    );
    session.close();
  });
});

const PYTHON = `
import http.client, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[3])
for connection in (http.client.HTTPConnection('localhost', int(sys.argv[1])),
                   http.client.HTTPSConnection('localhost', int(sys.argv[2]), context=context)):
    for _ in range(3):
        connection.request('POST', '/hash', body=iter([b'hel', b'lo']), encode_chunked=True,
                           headers={'Transfer-Encoding': 'chunked'})
        response = connection.getresponse()
        print(response.status, response.read().decode()[:8])
`;

it.runIf(isInstalled('python3'))("Python's http.client sends chunks on one connection", async () => {
  const { ports, ca } = await startEdge();
  const { stdout } = await execa('python3', ['-c', PYTHON, `${ports.http}`, `${ports.https}`, ca]);
  // The SHA-256 of "hello" begins like this.
  expect(stdout.split('\n')).toEqual(Array(6).fill('200 2cf24dba'));
});
