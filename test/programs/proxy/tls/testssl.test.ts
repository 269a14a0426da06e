import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { outputOf } from '../../../certificates/support.ts';
import { inFull } from '../../../support/in-full.ts';
import { isInstalled } from '../../../support/installed.ts';
import { listenerOptions, proxyOptions, serverTlsOptions } from '../support/proxy-options.ts';
import { BUILT } from '../support/proxy-process.ts';
import { runProxy } from '../support/run-proxy.ts';
import { TlsRig } from './support.ts';

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

/** A CA of one machine publishes no revocations, and the headers are the app's. */
const EXPECTED = ['cert_revocation', 'security_headers'];

/** All of its checks take some minutes. */
const KINDS = inFull ? [] : ['--protocols', '--server-defaults'];
const WITHIN = 600_000;

test.runIf(isInstalled('testssl'))(
  'testssl finds no weakness in the TLS of a proxy that runs',
  { timeout: WITHIN },
  async () => {
    await using rig = await TlsRig.create();
    const listeners = [listenerOptions({ tls: serverTlsOptions() })];
    const app = createServer((_, response) => response.end('hello\n'));
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void app.close());
    const { port: appPort } = app.address() as AddressInfo;
    const { port } = await runProxy(proxyOptions(appPort, { certificates: rig.data.folder, listeners }), {
      program: BUILT,
    });
    const file = rig.data.project.path('testssl.json');
    const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--jsonfile', file];
    await outputOf(
      'testssl',
      [...quiet, ...KINDS, '--add-ca', rig.authority, `127.0.0.1:${port}`],
      {},
      WITHIN,
    );
    const found: readonly Finding[] = JSON.parse(readFileSync(file, 'utf8'));
    expect(found.length).toBeGreaterThan(30);
    const weak = found.filter(({ severity }) => ['MEDIUM', 'HIGH', 'CRITICAL'].includes(severity));
    expect(weak.filter(({ id }) => !EXPECTED.includes(id))).toEqual([]);
  },
);
