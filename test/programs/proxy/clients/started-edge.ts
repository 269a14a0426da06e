import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { listenerOptions, proxyOptions, serverTlsOptions } from '../support/proxy-options.ts';
import { runProxy } from '../support/run-proxy.ts';
import { BusyApp } from './busy-app.ts';

export interface Edge {
  readonly app: BusyApp;
  /** Without TLS, with requests over TLS, and with TLS alone. */
  readonly ports: { readonly http: number; readonly https: number; readonly auto: number };
  /** The certificate, which is its own CA. */
  readonly ca: string;
  readonly folder: string;
}

/** A proxy with and without TLS in front of an app, until the end of the test. */
export const startEdge = async (): Promise<Edge> => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-clients-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  await execa('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', files.key, '-out', files.cert]);
  const app = await BusyApp.start();
  const tls = serverTlsOptions({ files });
  const { ports } = await runProxy(
    proxyOptions(app.port, {
      listeners: [
        listenerOptions({ name: 'http' }),
        listenerOptions({ name: 'https', tls }),
        listenerOptions({ name: 'auto', kind: 'auto', tls }),
      ],
    }),
  );
  const { http = 0, https = 0, auto = 0 } = ports;
  return { app, ports: { http, https, auto }, ca: files.cert, folder };
};
