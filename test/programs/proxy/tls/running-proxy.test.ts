import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerTlsOptions } from '../../../../src/programs/proxy/options.ts';
import { outputOf } from '../../../certificates/support.ts';
import { isInstalled } from '../../../support/installed.ts';
import { clusterOptions, listenerOptions, proxyOptions, serverTlsOptions } from '../support/proxy-options.ts';
import { runProxy } from '../support/run-proxy.ts';
import { TlsRig } from './support.ts';

describe.runIf(isInstalled('curl'))('a proxy that runs', () => {
  const app = createServer((_, response) => response.end('hello\n'));
  const appPort = (): number => (app.address() as AddressInfo).port;
  beforeAll(() => new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve)));
  afterAll(() => app.close());

  const withTls = (rig: TlsRig, changes: Partial<ServerTlsOptions> = {}) =>
    proxyOptions(appPort(), {
      certificates: rig.data.folder,
      listeners: [listenerOptions({ tls: serverTlsOptions(changes) })],
    });

  const curl = (rig: TlsRig, port: number, ...args: readonly string[]): Promise<string> =>
    outputOf('curl', ['-sS', '--cacert', rig.authority, ...args, `https://localhost:${port}/`]);

  const shown = ({ cert, key }: { cert: string; key: string }) => ['--cert', cert, '--key', key];

  test('serves requests over TLS, in both versions of HTTP', async () => {
    await using rig = await TlsRig.create();
    const { port } = await runProxy(withTls(rig));
    expect(await curl(rig, port, '--http1.1')).toBe('hello\n');
    expect(await curl(rig, port, '--http2', '-w', '%{http_version}\n')).toBe('hello\n2\n');
  });

  test('lets in only clients with a certificate of the local CA, and says why it refuses others', async () => {
    await using rig = await TlsRig.create();
    const proxy = await runProxy(withTls(rig, { clientAuth: 'require' }));
    const foreign = await rig.write('foreign', { by: await rig.otherAuthority('other') });
    const expired = await rig.write('expired', { days: [-30, -1] });
    expect(await curl(rig, proxy.port, ...shown(await rig.write('good')))).toBe('hello\n');
    expect(await curl(rig, proxy.port)).toMatch(/^curl: /);
    expect(await curl(rig, proxy.port, ...shown(foreign))).toMatch(/^curl: /);
    expect(await curl(rig, proxy.port, ...shown(expired))).toMatch(/^curl: /);
    for (const reason of ['it has none', 'it is of a CA that is not trusted here', 'it has expired'])
      await expect.poll(() => proxy.output).toContain(`a client was refused for its certificate: ${reason}`);
    proxy.reload((options) => ({
      ...options,
      listeners: options.listeners.map((listener) => ({ ...listener, tls: serverTlsOptions() })),
    }));
    await expect.poll(() => curl(rig, proxy.port)).toBe('hello\n');
  });

  test('lets in clients without a certificate where it is requested, but not with a wrong one', async () => {
    await using rig = await TlsRig.create();
    const { port } = await runProxy(withTls(rig, { clientAuth: 'request' }));
    expect(await curl(rig, port)).toBe('hello\n');
    for (const version of ['--http1.1', '--http2'])
      expect(await curl(rig, port, version, ...shown(await rig.write('old', { days: [-30, -1] })))).toMatch(
        /^curl: /,
      );
    expect(await curl(rig, port)).toBe('hello\n');
  });

  test('does not start with a certificate that cannot be used', async () => {
    await using rig = await TlsRig.create();
    const files = { cert: '/nowhere/a.crt', key: '/nowhere/a.key' };
    await expect(runProxy(withTls(rig, { files }))).rejects.toThrow('/nowhere/a.crt cannot be read: ENOENT');
  });

  test('goes on with its certificate when a reload names one that cannot be used', async () => {
    await using rig = await TlsRig.create();
    const proxy = await runProxy(withTls(rig));
    const files = { cert: '/nowhere/a.crt', key: '/nowhere/a.key' };
    proxy.reload((options) => ({
      ...options,
      listeners: options.listeners.map((listener) => ({ ...listener, tls: serverTlsOptions({ files }) })),
    }));
    await expect.poll(() => proxy.output).toContain('/nowhere/a.crt cannot be read: ENOENT');
    expect(await curl(rig, proxy.port)).toBe('hello\n');
  });

  test('renews its certificate under load, without a restart and without a failure', async () => {
    await using rig = await TlsRig.create();
    const sevenDaysAndALittle = 7 + 6 / (24 * 60 * 60);
    const old = await rig.keepLeaf('test', 'edge', [-1, sevenDaysAndALittle]);
    const proxy = await runProxy(withTls(rig));
    const ca = readFileSync(rig.authority);
    const agent = new Agent({ ca, keepAlive: true, maxSockets: 2 });
    const statuses: number[] = [];
    let isOver = false;
    const load = async (kept: Agent | undefined): Promise<void> => {
      while (!isOver) {
        statuses.push(await statusOf(proxy.port, ca, kept));
        await sleep(10);
      }
    };
    const clients = [load(agent), load(agent), load(undefined)];
    await expect.poll(() => proxy.output).toContain('the certificate was renewed: valid until');
    expect(await serialOf(proxy.port, ca)).not.toBe(old.serialNumber);
    isOver = true;
    await Promise.all(clients);
    agent.destroy();
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses.length).toBeGreaterThan(20);
  });

  test('shows its own certificate to a cluster that requires one', async () => {
    await using rig = await TlsRig.create();
    const server = await runProxy(withTls(rig, { clientAuth: 'require' }));
    const towards = (certificate: 'local' | null) =>
      proxyOptions(0, {
        ...{ name: 'out', certificates: rig.data.folder },
        clusters: {
          web: clusterOptions([server.port], {
            tls: { ca: null, certificate, serverName: 'localhost', verify: true },
          }),
        },
      });
    const [shy, known] = [await runProxy(towards(null)), await runProxy(towards('local'))];
    const ask = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).status;
    expect([await ask(shy.port), await ask(known.port)]).toEqual([503, 200]);
    expect(readFileSync(rig.data.path('leaves/test/out.pem'), 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});

const statusOf = (port: number, ca: Buffer, agent: Agent | undefined): Promise<number> =>
  new Promise((resolve, reject) => {
    const settings = { host: 'localhost', port, ca, agent: agent ?? false };
    const request = get(settings, (response) =>
      response.resume().once('end', () => resolve(response.statusCode ?? 0)),
    );
    request.once('error', reject);
  });

const serialOf = (port: number, ca: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: 'localhost', port, ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
