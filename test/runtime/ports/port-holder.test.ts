import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { findPortHolder } from '../../../src/runtime/ports/port-holder.ts';
import { findHolderWithLsof } from '../../../src/runtime/ports/port-holder-lsof.ts';
import { pidInNetstat } from '../../../src/runtime/ports/port-holder-netstat.ts';
import { fixedPort, hasIpv6, listenOn } from './support.ts';

/** A process that listens on a port of the kernel's choice. */
const startListener = async (): Promise<{ readonly pid: number; readonly port: number }> => {
  const script =
    'const server = require("node:net").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port))';
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const [port] = await once(child.stdout, 'data');
  return { pid: child.pid ?? Number.NaN, port: Number(port) };
};

const lsofIsThere = ['/usr/bin/lsof', '/usr/sbin/lsof'].some((path) => existsSync(path));

test('another process is told by its pid and command line', async () => {
  const { pid, port } = await startListener();
  const command = expect.stringMatching(/node.* -e const server/);
  expect(await findPortHolder(fixedPort('web', port))).toEqual({ kind: 'process', pid, command });
});

test.runIf(lsofIsThere)('lsof tells the same', async () => {
  const { pid, port } = await startListener();
  const command = expect.stringMatching(/node.* -e const server/);
  expect(await findHolderWithLsof(fixedPort('web', port))).toEqual({ kind: 'process', pid, command });
});

test.runIf(process.platform === 'linux' && hasIpv6)(
  'of two on the same number it is the one on the same address',
  async () => {
    const { pid, port } = await startListener();
    await listenOn(port, '::1');
    await listenOn(port, '127.0.0.2');
    const holderOn = (host: string) => findPortHolder({ ...fixedPort('web', port), host });
    expect(await holderOn('127.0.0.1')).toMatchObject({ pid });
    expect(await holderOn('127.0.0.2')).toMatchObject({ pid: process.pid });
    expect(await holderOn('::1')).toMatchObject({ pid: process.pid });
  },
);

test('nobody holds a port that is free', async () => {
  const server = await listenOn(0);
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  expect(await findPortHolder(fixedPort('web', port))).toBeNull();
  expect(await findHolderWithLsof(fixedPort('web', port))).toBeNull();
});

test('the pid is read from what netstat prints, in any language', () => {
  const output = [
    'Aktive Verbindungen',
    '',
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    127.0.0.1:3000         127.0.0.1:51000        HERGESTELLT      9',
    '  TCP    127.0.0.1:3000         0.0.0.0:0              ABHÖREN          4711',
    '  TCP    [::]:5432              [::]:0                 ABHÖREN          815',
    '  UDP    0.0.0.0:3000           *:*                                     12',
  ].join('\r\n');
  expect(pidInNetstat(output, { protocol: 'tcp', port: 3000 })).toBe(4711);
  expect(pidInNetstat(output, { protocol: 'tcp', port: 5432 })).toBe(815);
  expect(pidInNetstat(output, { protocol: 'udp', port: 3000 })).toBe(12);
  expect(pidInNetstat(output, { protocol: 'tcp', port: 300 })).toBeNull();
});
