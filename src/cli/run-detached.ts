import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, fstatSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { upOf } from '../control/client/pod-up.ts';
import { waitFor } from '../control/client/wait-for.ts';
import type { EndedApp } from '../control/pod-snapshot.ts';
import type { HeldFolder } from '../files/held-folder.ts';
import { errorMessage } from '../model/error-message.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { fileLimitAtStart, RLIMIT_NOFILE } from '../runtime/native/file-limit.ts';
import { loadLibc } from '../runtime/native/libc.ts';
import { holdStateFolder } from '../runtime/state/hold-state-folder.ts';
import { findPod, type PodKey, type PodRecord } from '../runtime/state/pod-record.ts';
import { openStateFolder } from '../runtime/state/state-folder.ts';
import { sleep } from '../time/timers.ts';
import { absenceText, isUnanswered } from './absence.ts';
import { POD_FAILED, TIMED_OUT, USAGE_ERROR } from './exit-codes.ts';
import { locateConfig, openRecorded } from './locate-pod.ts';
import { nameCommand } from './name-command.ts';
import type { RunOptions } from './options.ts';
import { print, progress } from './print.ts';
import { reportStorageFailures } from './report-failures.ts';
import { longestStop } from './stop-pod.ts';
import { TimeLimit } from './time-limit.ts';
import { warn, writeError } from './warn.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const BETWEEN_LOOKS_MS = 10;
const HANGS_AFTER: Milliseconds = 5_000;

/** Starts a supervisor in its own session, and leaves it running once its primaries are ready. */
export const runDetached = async (options: RunOptions, primaryArgs: readonly string[]): Promise<number> => {
  const configFile = locateConfig(options);
  if (configFile === null) return USAGE_ERROR;
  const key: PodKey = { configFile, label: options.name ?? null };
  const state = await openStateFolder(dirname(configFile));
  if (!state.ok) return reportStorageFailures([state.failure]);
  using folder = holdStateFolder(state.folder);
  const name = key.label === null ? 'detached.log' : `detached@${key.label}.log`;
  const output = openOutput(folder, name, key);
  if (output === null) return POD_FAILED;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill('SIGTERM'));
  const child = spawnSupervisor(argumentsFor(options, primaryArgs), options.cwd ?? process.cwd(), output.fd);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const start = await Promise.race([exited.then(() => GONE), untilUp(key, child, options)]);
  if (start.outcome === 'gone') {
    const [code] = await exited;
    const said = readFrom(output.fd);
    if (said === '' && code !== 0) warn(unsaidText(folder, code));
    writeError(said);
    folder.remove(output.name);
    return code ?? POD_FAILED;
  }
  child.unref();
  return printStart(key, child, start);
};

const unsaidText = ({ path }: HeldFolder, code: number | null): string =>
  `the pod has ended (exit code ${code}), and the reason could not be written to ${path}: check whether the disk is full; ` +
  "'sidecarctl up' without --detach shows it";

type Running = Exclude<Start, { readonly outcome: 'gone' }>;

const printStart = (key: PodKey, { pid }: ChildProcess, start: Running): number => {
  const down = nameCommand('down', key);
  if (start.outcome === 'unknown') {
    warn(
      `the pod was started (pid ${pid}), but it is not known to be up: ${start.why}; stop it with ${down}`,
    );
    return TIMED_OUT;
  }
  print(`pod ${findPod(key)?.name} is up (pid ${pid}); stop it with ${down}`);
  for (const { app, reason } of start.failed) warn(`app ${app} has ended: ${reason}`);
  return start.failed.length === 0 ? 0 : POD_FAILED;
};

interface Output {
  /** Name in the state folder. */
  readonly name: string;
  readonly fd: number;
}

/** Opens the file for the supervisor's output; null, with a message on stderr, if it cannot be kept. */
const openOutput = (folder: HeldFolder, name: string, key: PodKey): Output | null => {
  try {
    const output = makeOutput(folder, name);
    // Another run that is up keeps writing to its own file.
    if (findPod(key) === null) putInPlace(folder, output, name);
    return output;
  } catch (error) {
    warn(
      `${join(folder.path, name)} keeps the messages of sidecarctl, and cannot be created (${errorMessage(error)}); ` +
        'check what is in its place, and whether the disk is full',
    );
    return null;
  }
};

const putInPlace = (folder: HeldFolder, output: Output, name: string): void => {
  try {
    folder.rename(output.name, name);
  } catch (error) {
    folder.remove(output.name);
    throw error;
  }
};

/** Creates a new file, so that neither the target of a symlink nor a file with a second name is emptied. */
const makeOutput = (folder: HeldFolder, name: string): Output => {
  const own = `${name}.${process.pid}`;
  folder.remove(own);
  // Opened for appending: its supervisor cuts it when it has grown too long.
  const { O_RDWR, O_APPEND, O_CREAT, O_EXCL } = constants;
  return { name: own, fd: folder.openFile(own, O_RDWR | O_APPEND | O_CREAT | O_EXCL) };
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
  ...[...(options.local ?? [])].flatMap(([name, command]) => ['--local', `${name}=${command}`]),
  ...(primaryArgs.length === 0 ? [] : ['--', ...primaryArgs]),
];

const spawnSupervisor = (args: readonly string[], cwd: string, output: number): ChildProcess => {
  const [, cli = ''] = process.argv;
  // The supervisor takes the limit of this process for the user's own.
  const limit = fileLimitAtStart();
  if (limit !== null) loadLibc()?.setSoftLimit(RLIMIT_NOFILE, BigInt(limit));
  // Not started by execa, which takes no descriptor of an open file for stdout, and waits for processes that are left
  // running on purpose.
  return spawn(process.execPath, [...process.execArgv, '--disable-sigusr1', cli, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', output, output],
  });
};

type Start =
  /** `failed`: of several apps, those that have not come up. */
  | { readonly outcome: 'up'; readonly failed: readonly EndedApp[] }
  /** The supervisor is about to end, or has ended, and reports the reason itself. */
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'unknown'; readonly why: string };

const GONE: Start = { outcome: 'gone' };

/** A supervisor ends by itself when its time to start is over; one that does not end by then hangs. */
const untilUp = async (key: PodKey, child: ChildProcess, options: RunOptions): Promise<Start> => {
  const limit = new TimeLimit((options.startTimeout ?? DEFAULT_TIMEOUT_MS) + HANGS_AFTER);
  for (;;) {
    const record = findPod(key);
    if (child.exitCode !== null || child.signalCode !== null) return GONE;
    if (record?.pid === child.pid && record !== null) return untilUpIn(record, limit);
    if (limit.left === 0) return { outcome: 'unknown', why: 'it has not started a pod yet' };
    await sleep(BETWEEN_LOOKS_MS);
  }
};

const untilUpIn = async (record: PodRecord, limit: TimeLimit): Promise<Start> => {
  try {
    await using pod = await openRecorded(record);
    progress(`starting pod ${pod.snapshot.name}`);
    const most = (limit.left ?? 0) + longestStop(record);
    const { outcome, snapshot } = await waitFor(pod, upOf, most);
    if (outcome === 'timeout') return { outcome: 'unknown', why: `it is ${snapshot.state}` };
    const failed = snapshot.ended.filter(({ exitCode }) => exitCode !== 0);
    return outcome === 'holds' ? { outcome: 'up', failed } : GONE;
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    const why = await absenceText(record, error);
    return why === null ? GONE : { outcome: 'unknown', why };
  }
};
