import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type {
  AutoPort,
  DeclaredPort,
  FixedPort,
  PortFailure,
} from '../../../src/model/failures/port-failure.ts';
import type { PortAllocationOptions } from '../../../src/runtime/ports/allocate-ports.ts';
import { bundled } from '../../support/bundle.ts';

export const autoPort = (process: string, name = 'main'): AutoPort => ({
  process,
  name,
  port: 'auto',
  protocol: 'tcp',
  host: '127.0.0.1',
});

export const fixedPort = (process: string, port: number): FixedPort => ({
  ...autoPort(process, 'http'),
  port,
});

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');

/** A folder of its own, so that a test's ports are remembered for this test only. */
export const optionsIn = (folder = temporaryFolder(), pod = 'shop'): PortAllocationOptions => ({
  pod,
  stateFolder: { path: folder, configFolder: folder },
});

export const listenOn = async (port: number, host = '127.0.0.1'): Promise<Server> => {
  const server = createServer().listen({ port, host });
  await once(server, 'listening');
  onTestFinished(async () => {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  return server;
};

export const bindUdpOn = async (port: number): Promise<Socket> => {
  const socket = createSocket('udp4').bind({ port, address: '127.0.0.1', exclusive: true });
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket;
};

export interface ChildFacts {
  readonly ports?: readonly number[];
  readonly failures?: readonly PortFailure[];
  readonly netLoaded: boolean;
}

/** Another process that allocates and holds on. */
export const allocateInChild = async (
  declared: readonly DeclaredPort[],
  options: PortAllocationOptions,
  user: { readonly uid?: number } = {},
): Promise<{ readonly child: ChildProcess; readonly facts: ChildFacts }> => {
  const script = await bundled(fileURLToPath(new URL('allocate-child.ts', import.meta.url)));
  const child = spawn(process.execPath, [script, JSON.stringify({ declared, options })], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...user,
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  for await (const line of createInterface(child.stdout)) return { child, facts: JSON.parse(line) };
  throw new Error('the allocating child ended without a word');
};
