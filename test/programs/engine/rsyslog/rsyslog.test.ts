import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type {
  OutputOptions,
  SyslogOutputOptions,
} from '../../../../src/programs/log-shipper/outputs/options.ts';
import { eventually } from '../../../support/deadline.ts';
import { isInstalled } from '../../../support/installed.ts';
import { PLAIN } from '../../log-shipper/tailing/follower.ts';
import { RsyslogPod } from './rsyslog-pod.ts';

const lines = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `line ${from + index} of a log`);

const text = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

/** A server of syslog over TCP, which can be away for a while. */
class SyslogServer {
  readonly frames: string[] = [];
  readonly #server = createServer((socket) => this.#take(socket));
  readonly #sockets = new Set<Socket>();
  port = 0;

  async listen(): Promise<void> {
    await once(this.#server.listen(this.port, '127.0.0.1'), 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The text of each message. */
  get messages(): readonly string[] {
    return this.frames.map((frame) => frame.slice(frame.indexOf('] ') + 2));
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data]);
      for (;;) {
        const space = rest.indexOf(' ');
        const end = space + 1 + Number(rest.subarray(0, space));
        if (space === -1 || rest.length < end) return;
        this.frames.push(rest.subarray(space + 1, end).toString());
        rest = rest.subarray(end);
      }
    });
  }
}

const syslogServer = async (): Promise<SyslogServer> => {
  const server = new SyslogServer();
  await server.listen();
  onTestFinished(() => server.close());
  return server;
};

const syslogTo = (port: number): SyslogOutputOptions => ({
  ...{ kind: 'syslog', name: 'syslog', address: `127.0.0.1:${port}`, protocol: 'tcp', tls: null },
  timeout: 10_000,
});

const fileAt = (path: string, size = 1024 * 1024): OutputOptions => ({
  ...{ kind: 'file', name: 'file', path, size, keep: 2 },
});

interface Written {
  readonly message: string;
  readonly [field: string]: unknown;
}

const writtenIn = (path: string): readonly Written[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        // After the last newline is nothing, or a line that is being written.
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Written)
    : [];

const messagesIn = (path: string): readonly string[] => writtenIn(path).map(({ message }) => message);

/** The folder from which rsyslogd of this machine loads its modules: it says where it has looked for one in vain. */
const moduleFolder = (folder: string): string => {
  const config = join(folder, 'no-module.conf');
  writeFileSync(config, 'module(load="no-such-module")\n');
  const { stderr } = spawnSync('rsyslogd', ['-N1', '-C', '-f', config, '-i', 'NONE'], { encoding: 'utf8' });
  const [, found = stderr] = /(\/\S+)\/no-such-module\.so/.exec(stderr) ?? [];
  return found;
};

describe.skipIf(!isInstalled('rsyslogd'))('rsyslog as a log shipper', () => {
  it('ships what was there and what comes to a file and by syslog, and goes on where it was', async () => {
    const [pod, server] = [await RsyslogPod.create(), await syslogServer()];
    const out = join(pod.folder, 'out.ndjson');
    mkdirSync(join(pod.logs, 'a "b" ]'));
    writeFileSync(join(pod.logs, 'a.log'), 'one\n\ttwo "q" \\ ü\n');
    writeFileSync(join(pod.logs, 'a "b" ]/b.log'), 'three\n');
    for (const name of ['a.log.gz', 'debug.log', 'a.txt']) writeFileSync(join(pod.logs, name), 'no\n');
    await pod.start({
      from: { kind: 'files', folder: pod.logs, include: ['**/*.log', '*.gz'], exclude: ['de*.log'] },
      fields: { 'service.name': 'web', env: 'a "b" \\ $c ] %d' },
      outputs: [syslogTo(server.port), fileAt(out)],
    });
    await eventually('the lines', () => writtenIn(out).length === 3 && server.frames.length === 3);
    const found = writtenIn(out).toSorted((one, other) => (one.message < other.message ? -1 : 1));
    const fields = { 'service.name': 'web', env: 'a "b" \\ $c ] %d' };
    expect(found).toMatchObject([
      { message: '\ttwo "q" \\ ü', file: 'a.log', offset: 4, ...fields },
      { message: 'one', file: 'a.log', offset: 0, ...fields },
      { message: 'three', file: 'a "b" ]/b.log', offset: 0, ...fields },
    ]);
    expect(Date.now() - Date.parse(String(found[0]?.['timestamp']))).toBeLessThan(60_000);
    expect(server.frames.find((frame) => frame.endsWith(' three'))).toMatch(
      /^<14>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|\+00:00) \S+ web - - \[log@32473 service\.name="web" env="a \\"b\\" \\\\ \$c \\\] %d" file="a \\"b\\" \\\]\/b\.log" offset="0"\] three$/,
    );
    await eventually(
      'figures',
      async () => (await pod.ask('/metrics'))?.includes('output="file"} 3') === true,
    );
    const stats = JSON.parse((await pod.ask('/stats')) ?? '') as { files: readonly object[] };
    expect(stats.files).toContainEqual({ path: join(pod.logs, 'a.log'), size: 18, delivered: 18 });
    await pod.stop();
    appendFileSync(join(pod.logs, 'a.log'), 'four\n');
    await pod.start();
    await eventually('the next line', () => messagesIn(out).includes('four'));
    await pod.stop();
    expect(messagesIn(out)).toHaveLength(4);
    expect(readdirSync(pod.folder)).not.toContain('pid');
  });

  it('keeps lines while a server is away, and loses none of them with itself', async () => {
    const [pod, server] = [await RsyslogPod.create(), await syslogServer()];
    const { port } = server;
    await server.close();
    // The first line is so long that rsyslog writes a position before it is delivered.
    const all = ['x'.repeat(700), ...lines(20)];
    writeFileSync(join(pod.logs, 'a.log'), text(all));
    await pod.start({ outputs: [syslogTo(port)] });
    await eventually('it to notice', () => pod.output.includes('suspended'));
    await pod.kill();
    await pod.start();
    await server.listen();
    await eventually('all lines', () => new Set(server.messages).size === all.length);
    await pod.stop();
    expect(server.messages).toEqual(all);
  });

  it.each([
    ['create', ['create']],
    ['copytruncate', ['copytruncate']],
  ] as const)(
    'loses no line of a file that it follows when logrotate rotates with %s',
    async (how, directives) => {
      const pod = await RsyslogPod.create();
      const [log, out] = [join(pod.logs, 'a.log'), join(pod.folder, 'out.ndjson')];
      const config = join(pod.folder, 'logrotate.conf');
      writeFileSync(config, `${log} {\n  rotate 3\n  ${directives.join('\n  ')}\n}\n`);
      chmodSync(config, 0o644);
      chmodSync(pod.logs, 0o755);
      await pod.start({ outputs: [fileAt(out)] });
      const seen = (count: number): Promise<void> =>
        eventually('these lines', () => messagesIn(out).length === count);
      const rotate = (): void =>
        void execFileSync('logrotate', ['--force', '--state', join(pod.folder, 'state'), config], {
          stdio: 'pipe',
        });
      for (let turn = 0; turn < 3; turn += 1) {
        appendFileSync(log, text(lines(1, turn * 100)));
        // A file that is renamed before rsyslog has opened it is no file that it follows.
        await seen(turn * 100 + 1);
        const rest = text(lines(99, turn * 100 + 1));
        if (how === 'create') {
          pod.paused(() => {
            appendFileSync(log, rest);
            rotate();
          });
        } else {
          // What is not read yet is cut off by copytruncate, and rsyslog does not know copies.
          appendFileSync(log, rest);
          await seen((turn + 1) * 100);
          rotate();
        }
      }
      appendFileSync(log, text(lines(1, 300)));
      await seen(301);
      expect(messagesIn(out)).toEqual(lines(301));
    },
  );

  it('loses no line when it is killed again and again while files are written and renamed', async () => {
    const [pod, server] = [await RsyslogPod.create(), await syslogServer()];
    const from = { kind: 'files', folder: pod.logs, include: ['*.log*'], exclude: [] } as const;
    pod.write({ from, outputs: [syslogTo(server.port)] });
    const log = join(pod.logs, 'a.log');
    const [KILLS, AT_ONCE] = [4, 3_000];
    for (let turn = 0; turn < KILLS; turn += 1) {
      appendFileSync(log, text(lines(AT_ONCE, turn * AT_ONCE)));
      if (turn % 2 === 1) renameSync(log, `${log}.${turn}`);
      const before = server.frames.length;
      await pod.start();
      await eventually('it to send', () => server.frames.length > before + 100);
      await pod.kill();
    }
    await pod.start();
    const all = lines(KILLS * AT_ONCE);
    await eventually('all lines', () => new Set(server.messages).size === all.length);
    expect(new Set(server.messages)).toEqual(new Set(all));
  });

  it('sends to Elasticsearch, again until it answers, and keeps what it refuses', async () => {
    const pod = await RsyslogPod.create();
    const taken: { readonly message: string }[] = [];
    const server = createHttpServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += String(part);
      const [action = '', document = ''] = body.split('\n');
      if (request.method !== 'POST') return response.end('{}');
      const isRefused = document.includes('line 3');
      if (!isRefused) taken.push(JSON.parse(document));
      const status = isRefused ? 400 : 201;
      const item = { create: { _index: JSON.parse(action).create._index, status } };
      return response.end(JSON.stringify({ took: 1, errors: isRefused, items: [item] }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_bulk`;
    const target = { headers: {}, gzip: false, tls: null, timeout: 1_000 };
    const output = {
      kind: 'elasticsearch',
      name: 'elastic',
      url,
      index: 'logs-web-default',
      ...target,
    } as const;
    await pod.start({ outputs: [output] });
    writeFileSync(join(pod.logs, 'a.log'), text(lines(5)));
    await eventually('four lines', () => taken.length === 4);
    expect(taken[0]).toMatchObject({ message: 'line 0 of a log', 'log.file.path': 'a.log', 'log.offset': 0 });
    await eventually('the file', () => existsSync(join(pod.positions, 'refused-elastic')));
    expect(readFileSync(join(pod.positions, 'refused-elastic'), 'utf8')).toContain('line 3 of a log');
    server.closeAllConnections();
    server.close();
    appendFileSync(join(pod.logs, 'a.log'), text(lines(1, 5)));
    await eventually('it to notice', () => pod.output.includes('suspended'));
    server.listen(Number(new URL(url).port), '127.0.0.1');
    await eventually('the next line', () => taken.length === 5);
    server.closeAllConnections();
  });

  it('sends by syslog over TLS, and only to a server with a certificate of the CA and the right name', async () => {
    const [pod, plain] = [await RsyslogPod.create(), await syslogServer()];
    const [cert, key] = [join(pod.folder, 'cert.pem'), join(pod.folder, 'key.pem')];
    const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=logs'.split(' ');
    const names = ['-addext', 'subjectAltName=DNS:logs.test,DNS:localhost', '-keyout', key, '-out', cert];
    execFileSync('openssl', [...request, ...names], { stdio: 'ignore' });
    const pem = { cert: readFileSync(cert), key: readFileSync(key) };
    const server = createTlsServer(pem, (socket) => {
      const through = connect(plain.port, '127.0.0.1');
      through.on('error', () => undefined);
      socket.on('error', () => through.destroy()).pipe(through);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const to = (name: string, serverName: string | null): OutputOptions => ({
      ...syslogTo((server.address() as AddressInfo).port),
      name,
      tls: {
        client: { ca: cert, certificate: null, serverName, verify: true },
        ...{ certificates: pod.folder, pod: 'shop', sidecar: 'shipper' },
      },
    });
    writeFileSync(join(pod.logs, 'a.log'), 'one\n');
    await pod.start({
      outputs: [to('this-machine', null), to('by-name', 'logs.test'), to('wrong', 'other.test')],
    });
    await eventually('it to refuse', () => /not a permitted peer|peer name not authorized/i.test(pod.output));
    await eventually('both lines', () => plain.messages.length === 2);
    expect(plain.messages).toEqual(['one', 'one']);
  });

  it('joins lines to events in a busy folder, sends long lines whole and the last event before its end, and rotates its own file', async () => {
    const pod = await RsyslogPod.create();
    const [log, out] = [join(pod.logs, 'a.log'), join(pod.folder, 'out.ndjson')];
    const multiline = { start: { source: '^\\d+ [A-Z]', flags: 'u' }, timeout: 1_000 };
    const reading = { ...PLAIN, maxLineBytes: 2_000, multiline };
    const long = `2 B${'y'.repeat(3_000)}`;
    writeFileSync(log, `1 A\n  more\n${long}\n3 C\n  more\n`);
    await pod.start({ reading, outputs: [fileAt(out, 2_500)], drain: 15_000 });
    const other = join(pod.logs, 'other');
    const busy = setInterval(() => (existsSync(other) ? rmSync(other) : writeFileSync(other, '')), 100);
    onTestFinished(() => clearInterval(busy));
    const events = (): readonly string[] => [...messagesIn(`${out}.1`), ...messagesIn(out)];
    await eventually('the first events', () => events().length === 2);
    // No line ends the last event: its time does.
    await pod.stop();
    expect(events()).toEqual(['1 A\n  more', long, '3 C\n  more']);
    expect(messagesIn(`${out}.1`)).toContain(long);
    await pod.start();
    appendFileSync(log, '4 D\n5 E\n');
    await eventually('the next event', () => events().length > 3);
    expect(events().at(-1)).toBe('4 D');
  });

  it('with readFrom end leaves out what was there at the very first start, and nothing after that', async () => {
    const pod = await RsyslogPod.create();
    const out = join(pod.folder, 'out.ndjson');
    writeFileSync(join(pod.logs, 'a.log'), 'before\n');
    await pod.start({ readFrom: 'end', outputs: [fileAt(out)] });
    // rsyslog is ready before its first look, which decides what was there.
    await eventually('its first look', () =>
      readdirSync(pod.positions).some((name) => name.startsWith('imfile-state:')),
    );
    appendFileSync(join(pod.logs, 'a.log'), 'one\n');
    await eventually('one', () => messagesIn(out).length > 0);
    await pod.stop();
    writeFileSync(join(pod.logs, 'b.log'), 'two\n');
    await pod.start();
    await eventually('two', () => messagesIn(out).length > 1);
    expect(messagesIn(out)).toEqual(['one', 'two']);
  });

  it('names the package of a module that is not installed', async () => {
    const pod = await RsyslogPod.create();
    const modules = moduleFolder(pod.folder);
    const some = join(pod.folder, 'modules');
    mkdirSync(some);
    for (const name of readdirSync(modules))
      if (name !== 'omelasticsearch.so') symlinkSync(join(modules, name), join(some, name));
    const target = { headers: {}, gzip: false, tls: null, timeout: 1_000, url: 'http://127.0.0.1:1/_bulk' };
    pod.write({ outputs: [{ kind: 'elasticsearch', name: 'elastic', index: 'i', ...target }] });
    await expect(pod.start(undefined, { RSYSLOG_MODDIR: `${some}/` })).rejects.toThrow(
      'install its module omelasticsearch (on Debian: apt install rsyslog-elasticsearch)',
    );
  });
});
