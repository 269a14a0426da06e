import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo, ListenOptions, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ProbeSpec, ProbeTarget } from '../../../src/model/pod-spec.ts';
import { findingText } from '../../../src/report/findings.ts';
import type { ActionResult } from '../../../src/runtime/actions/action-result.ts';
import type { RunCommand } from '../../../src/runtime/engines/command.ts';
import { runCommand } from '../../../src/runtime/launch/run-command.ts';
import { attemptProbe, type ProbeContext } from '../../../src/runtime/probes/attempt-probe.ts';

const { PATH = '' } = process.env;
export const environment = { PATH };

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'sidecarctl-probe-'));

/** Commands are started as leaders of a group of their own. */
export const killGroup = async (pid: number): Promise<void> => {
  process.kill(-pid, 'SIGKILL');
};

/** Runs commands as processes of the test. */
export const runIn =
  (cwd = tmpdir(), killTree: (pid: number) => Promise<unknown> = killGroup): RunCommand =>
  (command, options) =>
    runCommand({ ...options, command, cwd, env: environment, killTree });

export const contextOf = (given: Partial<ProbeContext> = {}): ProbeContext => ({
  run: runIn(),
  signal: new AbortController().signal,
  pushed: { notified: false, matched: () => false },
  whoElse: async () => null,
  ...given,
});

export const probeOf = (target: ProbeTarget, timeout = 5000): ProbeSpec => ({
  target,
  timeout,
  initialDelay: 0,
  period: 1000,
  successThreshold: 1,
  failureThreshold: 3,
  grace: null,
});

/** A result in words. */
export const worded = ({ ok, finding }: ActionResult) => ({ ok, message: findingText(finding) });

export const attempt = async (target: ProbeTarget, timeout?: number, context: Partial<ProbeContext> = {}) =>
  worded(await attemptProbe(probeOf(target, timeout), contextOf(context)));

export const listen = async (
  server: Server,
  options: ListenOptions = { host: '127.0.0.1', port: 0 },
): Promise<number> => {
  server.listen(options);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** A port nobody listens on: one that was free a moment ago. */
export const closedPort = async (): Promise<number> => {
  const { createServer } = await import('node:net');
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
};

/** A zombie counts as gone: who reaps the orphans of a container is not the probe's business. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** What keeps this process's event loop alive, of the kinds that probes open. */
export const openHandles = (): string[] =>
  process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Pipe|Process|HTTP|Timeout)/.test(name));

const beyond = (before: readonly string[]): string[] => {
  const known = [...before];
  return openHandles().filter((name) => {
    const index = known.indexOf(name);
    if (index !== -1) known.splice(index, 1);
    return index === -1;
  });
};

/** Connections close some turns of the event loop after they were let go. */
export const expectNothingBeyond = async (before: readonly string[]): Promise<void> => {
  const limit = performance.now() + 3000;
  while (beyond(before).length > 0 && performance.now() < limit) await setImmediate();
  expect(beyond(before)).toEqual([]);
};
