import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { outputOf } from '../../../certificates/support.ts';
import { isInstalled } from '../../../support/installed.ts';
import { TlsRig } from './support.ts';

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

/** A CA of one machine publishes no revocations. */
const EXPECTED = ['cert_revocation'];

test.runIf(isInstalled('testssl'))('testssl finds no weakness in the TLS of a listener', async () => {
  await using rig = await TlsRig.create();
  await rig.listen();
  const file = rig.data.project.path('testssl.json');
  const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--jsonfile', file];
  const kinds = ['--protocols', '--server-defaults', '--server-preference', '--std', '--fs'];
  await outputOf('testssl', [...quiet, ...kinds, '--add-ca', rig.authority, `127.0.0.1:${rig.port}`]);
  const found: readonly Finding[] = JSON.parse(readFileSync(file, 'utf8'));
  expect(found.length).toBeGreaterThan(30);
  const weak = found.filter(({ severity }) => ['MEDIUM', 'HIGH', 'CRITICAL'].includes(severity));
  expect(weak.filter(({ id }) => !EXPECTED.includes(id))).toEqual([]);
});
