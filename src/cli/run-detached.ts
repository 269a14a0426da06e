import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PodGone } from '../control/client/connection.ts';
import { RemotePod } from '../control/client/remote-pod.ts';
import { type WaitOutcome, waitFor } from '../control/client/wait-for.ts';
import type { PodSnapshot } from '../control/pod-client.ts';
import { findPod, type PodKey } from '../runtime/pod-record.ts';
import { openStateFolder } from '../runtime/state-folder.ts';
import { POD_FAILED, USAGE_ERROR } from './exit-codes.ts';
import { locateConfig } from './locate-pod.ts';
import type { RunOptions } from './options.ts';
import { print, progress } from './print.ts';
import { reportStorageFailures } from './report-failures.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const BETWEEN_LOOKS_MS = 10;

/** Starts a supervisor in a session of its own, and leaves it there once the primary is ready. */
export const runDetached = async (options: RunOptions, primaryArgs: readonly string[]): Promise<number> => {
  const configFile = locateConfig(options);
  if (configFile === null) return USAGE_ERROR;
  const key: PodKey = { configFile, label: options.name ?? null };
  const state = await openStateFolder(dirname(configFile));
  if (!state.ok) return reportStorageFailures([state.failure]);
  const name = key.label === null ? 'detached.log' : `detached@${key.label}.log`;
  const path = join(state.folder.path, name);
  // Another run that is up already goes on writing to its own.
  const before = findPod(key);
  const output = before === null ? path : `${path}.${process.pid}`;
  const child = spawnSupervisor(argumentsFor(options, primaryArgs), options.cwd ?? process.cwd(), output);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill('SIGTERM'));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const outcome = await Promise.race([exited.then(() => 'gone' as const), untilUp(key, child)]);
  if (outcome === 'holds') {
    child.unref();
    const pod = findPod(key);
    print(`pod ${pod?.name} is up (pid ${child.pid}); stop it with 'sidecarctl down'`);
    return 0;
  }
  const [code] = await exited;
  process.stderr.write(readFileSync(output, 'utf8'));
  if (output !== path) rmSync(output);
  return code ?? POD_FAILED;
};

const argumentsFor = (options: RunOptions, primaryArgs: readonly string[]): string[] => [
  'up',
  '--detached',
  '--ui',
  'plain',
  '--no-color',
  '--start-timeout',
  String(options.startTimeout ?? DEFAULT_TIMEOUT_MS),
  ...(options.config === undefined ? [] : ['--config', options.config]),
  ...(options.name === undefined ? [] : ['--name', options.name]),
  ...(options.only ?? []).flatMap((only) => ['--only', only]),
  ...(options.without ?? []).flatMap((without) => ['--without', without]),
  ...(primaryArgs.length === 0 ? [] : ['--', ...primaryArgs]),
];

const spawnSupervisor = (args: readonly string[], cwd: string, output: string): ChildProcess => {
  const [, cli = ''] = process.argv;
  const fd = openSync(output, 'w', 0o600);
  const child = spawn(process.execPath, [...process.execArgv, cli, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', fd, fd],
  });
  closeSync(fd);
  return child;
};

/** Its end is told by the child itself: from here nothing comes of it. */
const untilUp = async (key: PodKey, child: ChildProcess): Promise<WaitOutcome> => {
  while (findPod(key)?.pid !== child.pid) {
    if (child.exitCode !== null || child.signalCode !== null) return 'gone';
    await setTimeout(BETWEEN_LOOKS_MS);
  }
  try {
    await using pod = await RemotePod.open(findPod(key)?.socket ?? '');
    progress(`pod ${pod.snapshot.name} starts`);
    return (await waitFor(pod, isUp, null)).outcome;
  } catch (error) {
    if (!(error instanceof PodGone)) throw error;
    return 'gone';
  }
};

const isUp = ({ processes, state }: PodSnapshot): 'holds' | 'never' | null => {
  const primary = processes.find(({ role }) => role === 'primary');
  if (primary?.wanted === false) return state === 'running' ? 'holds' : null;
  if (primary?.state === 'ready') return 'holds';
  return primary?.state === 'completed' || primary?.state === 'failed' ? 'never' : null;
};
