import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import type { PortSpec } from '../../../src/model/pod-spec.ts';
import { findTakenPort, mayBeTaken } from '../../../src/runtime/ports/taken-ports.ts';
import { isInstalled } from '../../support/installed.ts';

/** It listens, and has then no descriptor of it: the socket is on its way to a process that does not take it. */
const IN_FLIGHT = `
import socket, sys
s = socket.create_server(('127.0.0.1', 0))
port = s.getsockname()[1]
a, b = socket.socketpair()
socket.send_fds(a, [b'x'], [s.fileno()])
s.close()
print(port, flush=True)
sys.stdin.read()
`;

const isPossible = process.platform === 'linux' && isInstalled('python3');

const listen = async () => {
  const holder = spawn('python3', ['-c', IN_FLIGHT], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const port = Number(await once(holder.stdout, 'data'));
  const fields = { name: 'http', protocol: 'tcp', host: '127.0.0.1', auto: false, activate: false } as const;
  const ports: readonly PortSpec[] = [{ ...fields, port, target: port }];
  return { holder, ports };
};

const { signal } = new AbortController();

test.runIf(isPossible)('a port that no process holds any more is waited for', async () => {
  const { holder, ports } = await listen();
  const found = findTakenPort('web', ports, { patience: 60_000, signal });
  setImmediate(() => holder.stdin.end());
  expect(await found).toBeNull();
});

test.runIf(isPossible)('but not for ever, and not when its process is to end', async () => {
  const { ports } = await listen();
  expect(await findTakenPort('web', ports, { patience: 30, signal })).toMatchObject({
    kind: 'port-taken',
    port: { process: 'web', ...ports[0] },
  });
  const ending = AbortSignal.abort();
  if (mayBeTaken(ports) === true)
    expect(await findTakenPort('web', ports, { patience: 60_000, signal: ending })).toBeNull();
});
