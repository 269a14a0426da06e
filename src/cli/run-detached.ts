import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, fstatSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PodGone } from '../control/client/connection.ts';
import { upOf } from '../control/client/pod-up.ts';
import { RemotePod } from '../control/client/remote-pod.ts';
import { type WaitOutcome, waitFor } from '../control/client/wait-for.ts';
import type { EndedApp } from '../control/pod-snapshot.ts';
import type { HeldFolder } from '../files/held-folder.ts';
import { holdStateFolder } from '../runtime/hold-state-folder.ts';
import { findPod, type PodKey } from '../runtime/pod-record.ts';
import { openStateFolder } from '../runtime/state-folder.ts';
import { complain, writeError } from './complain.ts';
import { POD_FAILED, USAGE_ERROR } from './exit-codes.ts';
import { locateConfig } from './locate-pod.ts';
import type { RunOptions } from './options.ts';
import { print, progress } from './print.ts';
import { reportStorageFailures } from './report-failures.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const BETWEEN_LOOKS_MS = 10;

/** Starts a supervisor in a session of its own, and leaves it there once its primaries are ready. */
export const runDetached = async (options: RunOptions, primaryArgs: readonly string[]): Promise<number> => {
  const configFile = locateConfig(options);
  if (configFile === null) return USAGE_ERROR;
  const key: PodKey = { configFile, label: options.name ?? null };
  const state = await openStateFolder(dirname(configFile));
  if (!state.ok) return reportStorageFailures([state.failure]);
  using folder = holdStateFolder(state.folder);
  const name = key.label === null ? 'detached.log' : `detached@${key.label}.log`;
  const output = makeOutput(folder, name);
  // Another run that is up already goes on writing to its own.
  if (findPod(key) === null) folder.rename(output.name, name);
  const child = spawnSupervisor(argumentsFor(options, primaryArgs), options.cwd ?? process.cwd(), output.fd);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill('SIGTERM'));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const { outcome, failed } = await Promise.race([exited.then(() => GONE), untilUp(key, child)]);
  if (outcome === 'holds') {
    child.unref();
    const pod = findPod(key);
    print(`pod ${pod?.name} is up (pid ${child.pid}); stop it with 'sidecarctl down'`);
    for (const { app, reason } of failed) complain(`app ${app} has ended: ${reason}`);
    return failed.length === 0 ? 0 : POD_FAILED;
  }
  const [code] = await exited;
  writeError(readFrom(output.fd));
  folder.remove(output.name);
  return code ?? POD_FAILED;
};

interface Output {
  /** In the state folder. */
  readonly name: string;
  readonly fd: number;
}

/** A new file, whatever has its name: neither the end of a symlink nor a file with a second name is emptied. */
const makeOutput = (folder: HeldFolder, name: string): Output => {
  const own = `${name}.${process.pid}`;
  folder.remove(own);
  return { name: own, fd: folder.openFile(own, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL) };
};

const readFrom = (fd: number): string => {
  const buffer = Buffer.alloc(fstatSync(fd).size);
  return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0));
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

const spawnSupervisor = (args: readonly string[], cwd: string, output: number): ChildProcess => {
  const [, cli = ''] = process.argv;
  return spawn(process.execPath, [...process.execArgv, cli, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', output, output],
  });
};

interface Start {
  readonly outcome: WaitOutcome;
  /** Of several apps those that have not come up. */
  readonly failed: readonly EndedApp[];
}

const GONE: Start = { outcome: 'gone', failed: [] };

/** Its end is told by the child itself: from here nothing comes of it. */
const untilUp = async (key: PodKey, child: ChildProcess): Promise<Start> => {
  while (findPod(key)?.pid !== child.pid) {
    if (child.exitCode !== null || child.signalCode !== null) return GONE;
    await setTimeout(BETWEEN_LOOKS_MS);
  }
  try {
    await using pod = await RemotePod.open(findPod(key)?.socket ?? '');
    progress(`pod ${pod.snapshot.name} starts`);
    const { outcome, snapshot } = await waitFor(pod, upOf, null);
    return { outcome, failed: snapshot.ended.filter(({ exitCode }) => exitCode !== 0) };
  } catch (error) {
    if (!(error instanceof PodGone)) throw error;
    return GONE;
  }
};
