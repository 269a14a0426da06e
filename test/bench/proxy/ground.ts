import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Ground } from './running-target.ts';

const BACKEND = fileURLToPath(new URL('backend.ts', import.meta.url));

/** A folder with a certificate, and the server that all proxies are in front of. */
export const prepareGround = async (): Promise<Ground & AsyncDisposable> => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-bench-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await execa('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert]);
  // HAProxy wants both in one file.
  writeFileSync(join(folder, 'both.pem'), `${readFileSync(cert)}${readFileSync(key)}`);
  const child = spawn(process.execPath, [BACKEND], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return {
    ...{ folder, cert, key, upstream: Number(line) },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
