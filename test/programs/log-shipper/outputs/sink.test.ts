import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OutputOptions, OutputTls } from '../../../../src/programs/log-shipper/outputs/options.ts';
import { encodeResponse } from '../../../../src/programs/otlp/codec.ts';
import { isInstalled } from '../../../support/installed.ts';
import { type Sink, sinkHere } from '../../log-sink/support.ts';
import { bodyOf, deliver, entries, entry, opened, serve, target } from './support.ts';

const BATCH = [
  entry(1, { severity: 17, parsed: { status: 500, path: '/a "b"' } }),
  entry(2, { body: 'zwei\nLinien äöü', severity: 13 }),
  entry(3, { severity: 9 }),
];

const kinds: Readonly<Record<string, (sink: Sink) => OutputOptions>> = {
  http: ({ url }) => ({ kind: 'http', ...target(url, { gzip: true }) }),
  loki: ({ url }) => ({ kind: 'loki', ...target(`${url}/loki/api/v1/push`) }),
  elasticsearch: ({ url }) => ({ kind: 'elasticsearch', ...target(`${url}/_bulk`), index: 'logs' }),
  otlp: ({ url }) => ({ kind: 'otlp', ...target(`${url}/v1/logs`) }),
  syslog: ({ ports }) => ({ kind: 'syslog', protocol: 'tcp', ...socket(ports.syslog) }),
  'syslog by UDP': ({ ports }) => ({ kind: 'syslog', protocol: 'udp', ...socket(ports.udp) }),
  forward: ({ ports }) => ({ kind: 'forward', tag: null, ...socket(ports.forward) }),
};

const socket = (port: number, tls: OutputTls | null = null) => ({
  ...{ name: 'out', address: `127.0.0.1:${port}`, tls, timeout: 10_000 },
});

describe.each(Object.keys(kinds))('what is sent as %s', (kind) => {
  it('arrives in a log sink with its text, time, level, process and fields', async () => {
    const sink = await sinkHere();
    const options = kinds[kind]?.(sink);
    if (options === undefined) throw new Error(`there is no ${kind}`);
    expect(await deliver(await opened(options), BATCH)).toEqual({ kind: 'taken' });
    const lines = await sink.received(3);
    expect(lines.map(({ body, level, process, time }) => [body, level, process, time])).toEqual([
      ['line 1', 'error', 'web', '2026-01-02T03:04:05.678Z'],
      ['zwei\nLinien äöü', 'warn', 'web', '2026-01-02T03:04:05.678Z'],
      ['line 3', 'info', 'web', '2026-01-02T03:04:05.678Z'],
    ]);
    const { status, path } = lines[0]?.fields ?? {};
    expect([String(status), path]).toEqual(['500', '/a "b"']);
    expect(Object.values(lines[0]?.fields ?? {})).toContain('/logs/web.log');
  });
});

describe('OTLP', () => {
  it('takes no part of a batch as all of it: which records were rejected is not said', async () => {
    const answer = await encodeResponse('logs', { rejected: 2, message: 'too old' }, 'protobuf');
    const url = await serve(async (request, response) => {
      await bodyOf(request);
      response.end(answer);
    });
    const output = await opened({ kind: 'otlp', ...target(`${url}/v1/logs`) });
    const why = '2 of 3 records were rejected, and not which: too old';
    expect(await deliver(output, entries(3))).toEqual({ kind: 'rejected', entries: 'all', why });
  });
});

describe.skipIf(!isInstalled('openssl'))('TLS', () => {
  const certificate = () => {
    const folder = mkdtempSync(join(tmpdir(), 'output-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=logs',
    ];
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert];
    execFileSync('openssl', [...request, ...names], { stdio: 'ignore' });
    return { folder, cert, pem: { cert: readFileSync(cert), key: readFileSync(key) } };
  };

  const started = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };

  const trusting = (folder: string, ca: string | null): OutputTls => ({
    client: { ca, certificate: null, serverName: null, verify: true },
    ...{ certificates: folder, pod: 'shop', sidecar: 'shipper' },
  });

  it('carries syslog to a server with a certificate of the CA, and to no other', async () => {
    const { folder, cert, pem } = certificate();
    const sink = await sinkHere();
    const port = await started(
      createTlsServer(pem, (secured) => {
        const plain = connect(sink.ports.syslog, '127.0.0.1');
        secured
          .on('error', () => plain.destroy())
          .pipe(plain)
          .on('error', () => undefined);
      }),
    );
    const syslog = (ca: string | null) =>
      opened({ kind: 'syslog', protocol: 'tcp', ...socket(port, trusting(folder, ca)) });
    const output = await syslog(cert);
    expect(await deliver(output, BATCH)).toEqual({ kind: 'taken' });
    expect(await sink.received(3)).toHaveLength(3);
    await output.close();
    expect(await deliver(await syslog(null), BATCH)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('self-signed certificate'),
    });
    expect(await deliver(await syslog(join(folder, 'none.pem')), BATCH)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('none.pem'),
    });
  });

  it('carries requests to a server with a certificate of the CA, and to no other', async () => {
    const { folder, cert, pem } = certificate();
    const port = await started(
      createHttpsServer(pem, (request, response) => void bodyOf(request).then(() => response.end())),
    );
    const http = (ca: string | null) =>
      opened({ kind: 'http', ...target(`https://127.0.0.1:${port}/`, { tls: trusting(folder, ca) }) });
    const output = await http(cert);
    for (const batch of [BATCH, entries(1)]) expect(await deliver(output, batch)).toEqual({ kind: 'taken' });
    await output.close();
    expect(await deliver(await http(null), BATCH)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('self-signed certificate'),
    });
  });
});
