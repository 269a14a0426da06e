import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Libc } from '../native/libc.ts';
import type { NativeStarter } from '../native/native-starter.ts';
import type { FifoPair } from '../output/output-fifos.ts';
import { GUARD_LIMIT, GUARD_VARIABLE } from '../process-tree/run-marks.ts';
import type { CleanupFiles } from './cleanup-files.ts';
import { type GuardedRun, guardArguments } from './guard-script.ts';

/** The open FIFOs of one process. */
export interface HeldOutput {
  readonly fifos: FifoPair;
  /** Absolute path of its log file. */
  readonly log: string;
}

export interface GuardProcess {
  /** Pid, or null if it could not be started. */
  readonly pid: number | null;
  /** Resolves when it has gone for any reason; at once if it could not be started. */
  readonly ended: Promise<unknown>;
  dismiss(): void;
}

interface GuardStart {
  readonly run: GuardedRun;
  readonly files: CleanupFiles;
  readonly outputs: readonly HeldOutput[];
  /** Null: Node starts it. */
  readonly native: NativeStarter | null;
}

const SHELL = '/bin/sh';
const DISMISSED = 'done\n';
const FIRST_BESIDES_STDIO = 3;

/**
 * Variables that Node needs, and that say where sockets are. Marks of an outer run are left out, because the guard must
 * outlive that.
 */
const INHERITED = ['PATH', 'LD_LIBRARY_PATH', 'XDG_RUNTIME_DIR', 'TMPDIR'];

/** Starts the waiting shell. If the native start fails, Node may succeed. */
export const startGuard = (start: GuardStart): GuardProcess => {
  const { native } = start;
  return (native === null ? null : startNatively(native, start)) ?? startByNode(start);
};

const environment = (): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    INHERITED.flatMap((name) => (name in process.env ? [[name, process.env[name] ?? '']] : [])),
  ),
  [GUARD_VARIABLE]: '1',
  // The clean-up should need as few threads as possible, in case no more are available.
  UV_THREADPOOL_SIZE: '1',
});

/** Descriptors in the order in which the guard gets them. */
const descriptorsOf = ({ files, outputs }: GuardStart): readonly number[] => [
  files.node,
  files.script,
  ...outputs.flatMap(({ fifos }) => [fifos.stdout, fifos.stderr]),
];

const argumentsFrom = (first: number, { run, outputs }: GuardStart): readonly string[] => {
  const numbers = { node: first, script: first + 1, firstFifo: first + 2 };
  return guardArguments(
    run,
    numbers,
    outputs.map(({ log }) => log),
  );
};

/** Returns null if there are too few descriptors, or no process can be started. */
const startNatively = (native: NativeStarter, start: GuardStart): GuardProcess | null => {
  const input = openInput(native.libc);
  if (input === null) return null;
  const held = descriptorsOf(start);
  // Numbers above all open descriptors, so that none takes the place of a later one.
  const first = Math.max(input.reading, ...held) + 1;
  const ends = [input.reading, native.nothing, native.nothing];
  const descriptors = new Map([...ends.entries(), ...held.map((fd, index) => [first + index, fd] as const)]);
  const shell = { file: SHELL, args: argumentsFrom(first, start), verbatim: false };
  const locksLimit = BigInt(GUARD_LIMIT);
  const started = native.start(shell, { cwd: '/', env: environment(), locksLimit, descriptors });
  closeSync(input.reading);
  if (!started.ok) {
    closeSync(input.writing);
    return null;
  }
  const { pid, child } = started;
  return { pid, ended: once(child, 'exit'), dismiss: signalOnce(input.writing) };
};

/** A shell needs a blocking read, and that pipe does not block. */
const openInput = (libc: Libc): ReturnType<Libc['pipe']> => {
  const ends = libc.pipe();
  if (ends === null) return null;
  try {
    return { reading: openSync(`/proc/self/fd/${ends.reading}`, 'r'), writing: ends.writing };
  } catch {
    closeSync(ends.writing);
    return null;
  } finally {
    closeSync(ends.reading);
  }
};

const signalOnce = (writing: number): (() => void) => {
  let isSignalled = false;
  return () => {
    if (isSignalled) return;
    isSignalled = true;
    try {
      writeSync(writing, DISMISSED);
    } catch {
      // It has gone.
    }
    closeSync(writing);
  };
};

const startByNode = (start: GuardStart): GuardProcess => {
  const { spawn } = process.getBuiltinModule('node:child_process');
  try {
    const child = spawn(SHELL, argumentsFrom(FIRST_BESIDES_STDIO, start), {
      cwd: '/',
      detached: true,
      env: environment(),
      stdio: ['pipe', 'ignore', 'ignore', ...descriptorsOf(start)],
    });
    const input = child.stdin as Writable & { unref(): void };
    const failed = new Promise((resolve) => child.once('error', resolve));
    for (const source of [child, input]) source.on('error', () => undefined);
    child.unref();
    input.unref();
    const ended = Promise.race([failed, new Promise((resolve) => child.once('exit', resolve))]);
    return { pid: child.pid ?? null, ended, dismiss: () => void input.end(DISMISSED) };
  } catch {
    // There are too few descriptors.
    return { pid: null, ended: Promise.resolve(), dismiss: () => undefined };
  }
};
