import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Libc } from '../native/libc.ts';
import type { NativeStarter } from '../native/native-starter.ts';
import type { FifoPair } from '../output/output-fifos.ts';
import { GUARD_LIMIT, GUARD_VARIABLE } from '../process-tree/run-marks.ts';
import type { CleanupFiles } from './cleanup-files.ts';
import { type GuardedRun, guardArguments } from './guard-script.ts';

/** Of one process. */
export interface HeldOutput {
  readonly fifos: FifoPair;
  /** Absolute: its log file. */
  readonly log: string;
}

export interface GuardProcess {
  /** Null: it could not be started. */
  readonly pid: number | null;
  /** Resolves when it has gone, whether it was told to or not; at once where it could not be started. */
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

/** What Node needs to run, and what tells where sockets are; without the marks of an outer run, whose end the guard is to outlive. */
const INHERITED = ['PATH', 'LD_LIBRARY_PATH', 'XDG_RUNTIME_DIR', 'TMPDIR'];

/** Starts the shell that stands by. What the native start cannot do, Node may. */
export const startGuard = (start: GuardStart): GuardProcess => {
  const { native } = start;
  return (native === null ? null : startNatively(native, start)) ?? startByNode(start);
};

const environment = (): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    INHERITED.flatMap((name) => (name in process.env ? [[name, process.env[name] ?? '']] : [])),
  ),
  [GUARD_VARIABLE]: '1',
  // The clean-up is to need as few threads as can be, where no more may be had.
  UV_THREADPOOL_SIZE: '1',
});

/** In the order in which the guard gets them. */
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

/** Null: there are too few descriptors, or no process can be started. */
const startNatively = (native: NativeStarter, start: GuardStart): GuardProcess | null => {
  const input = openInput(native.libc);
  if (input === null) return null;
  const held = descriptorsOf(start);
  // Above all that is open here, so that none takes the place of one that comes later.
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
  return { pid, ended: once(child, 'exit'), dismiss: tellOnce(input.writing) };
};

/** A shell wants to wait in a read, and the ends of that pipe do not. */
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

const tellOnce = (writing: number): (() => void) => {
  let isTold = false;
  return () => {
    if (isTold) return;
    isTold = true;
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
    // Too few descriptors.
    return { pid: null, ended: Promise.resolve(), dismiss: () => undefined };
  }
};
