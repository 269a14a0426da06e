import type { Socket } from 'node:net';
import type { Backpressure } from '../../logs/backpressure.ts';
import type { CommandSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { atMost } from '../../time/timers.ts';
import type { CommandEnding, CommandOptions, CommandResult } from '../engines/command.ts';
import { sendSignal } from '../process-tree/send-signal.ts';
import type { Child } from './child.ts';
import { type Mark, spawn, type Wrap } from './spawn.ts';

export interface ProcessCommand extends CommandOptions {
  readonly command: CommandSpec;
  /** Absolute path. */
  readonly cwd: string;
  /** Whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Mark by which its tree is found. */
  readonly mark?: Mark;
  /** Replaces the command by a wrapped one. */
  readonly wrap?: Wrap;
  /** Ends a process and all its descendants; resolves when they are gone. */
  readonly killTree: (pid: number) => Promise<unknown>;
  /** Output of processes left running is read and thrown away until this is aborted. Default: for ever. */
  readonly lifetime?: AbortSignal;
}

const TAIL_BYTES = 4096;
/** Time in which output may still arrive after the exit. A child left behind can keep the pipe open for ever. */
const OUTPUT_WAIT: Milliseconds = 100;

/**
 * Runs a short-lived command (exec probe, hook, stop command) to its end. Never rejects for the command's own failure.
 *
 * On abort, its process tree is killed before the result is returned. Processes that it left behind by itself keep
 * running unless `leavesNothing` is set, and their output is thrown away.
 *
 * It does not use execa, whose promise waits until nobody has the output open: a process left behind may keep it open
 * for ever, as a test shows. Only execa's start could be used, which takes 12 ms the first time.
 *
 * @example
 * const result = await runCommand({ command, cwd, env, signal, killTree });
 * if (result.kind === 'exited' && result.exitCode === 0) …
 */
export const runCommand = async (options: ProcessCommand): Promise<CommandResult> => {
  if (options.signal.aborted) return { kind: 'aborted', output: '' };
  const spawned = spawn(options);
  if (!spawned.ok) return { ...(await spawned.failure), output: '' };
  const { pid, child } = spawned;
  const closed = new Promise((resolve) => child.once('close', resolve));
  const output = collectOutput(child, options);
  const ending = await waitForEnding(child, options.signal);
  if (child.stdout !== null) options.backpressure?.leave(child.stdout);
  if (child.stderr !== null) options.backpressure?.leave(child.stderr);
  if (ending.kind === 'aborted') await options.killTree(pid);
  else await settle(pid, closed, options);
  return { ...ending, output: output.finish() };
};

/** The command leads its own group, whose number is not reused while it has a member. */
const settle = async (
  pid: number,
  closed: Promise<unknown>,
  { leavesNothing = false, killTree }: ProcessCommand,
): Promise<void> => {
  if (leavesNothing && sendSignal(-pid, 0) === 'sent') await killTree(pid);
  const isClosed = await atMost(
    OUTPUT_WAIT,
    closed.then(() => true),
  );
  if (leavesNothing && isClosed !== true) await killTree(pid);
};

/** 'close' would not do: it waits until nobody has the output open any more. */
const waitForEnding = (child: Child, signal: AbortSignal): Promise<CommandEnding> =>
  new Promise((resolve) => {
    const settle = (ending: CommandEnding): void => {
      signal.removeEventListener('abort', onAbort);
      child.off('exit', onExit);
      resolve(ending);
    };
    const onAbort = () => settle({ kind: 'aborted' });
    const onExit = (exitCode: number | null, killedBy: NodeJS.Signals | null) =>
      settle(toEnding(exitCode, killedBy));
    signal.addEventListener('abort', onAbort);
    child.on('exit', onExit);
  });

const toEnding = (exitCode: number | null, signal: NodeJS.Signals | null): CommandEnding =>
  signal === null ? { kind: 'exited', exitCode: exitCode ?? 1 } : { kind: 'signalled', signal };

const collectOutput = (child: Child, { onOutput, backpressure, leavesNothing, lifetime }: ProcessCommand) => {
  let tail: Buffer = Buffer.alloc(0);
  const listen = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    tail = lastBytes(tail, chunk);
    onOutput?.(name, chunk);
  };
  const stopStdout = readUntilStopped(child.stdout, listen('stdout'), backpressure);
  const stopStderr = readUntilStopped(child.stderr, listen('stderr'), backpressure);
  const finish = (): string => {
    for (const stop of [stopStdout, stopStderr]) stop(leavesNothing === true, lifetime);
    return decodeTail(tail);
  };
  return { finish };
};

/**
 * Once stopped, the pipe is still emptied but keeps nothing alive: closing it would kill a hook's background processes
 * with SIGPIPE.
 */
const readUntilStopped = (
  stream: Child['stdout'],
  onData: (chunk: Buffer) => void,
  backpressure: Backpressure | undefined,
) => {
  stream?.on('data', onData);
  stream?.on('error', () => undefined);
  if (stream !== null) backpressure?.join(stream);
  return (isOver: boolean, lifetime: AbortSignal | undefined): void => {
    stream?.off('data', onData);
    if (isOver || lifetime?.aborted === true) return void stream?.destroy();
    stream?.resume();
    // A child's pipe is a socket, which its declared type leaves out.
    (stream as Socket | null)?.unref();
    if (stream === null || lifetime === undefined) return;
    const close = (): void => void stream.destroy();
    lifetime.addEventListener('abort', close);
    stream.once('close', () => lifetime.removeEventListener('abort', close));
  };
};

/** Copied, so that a large chunk is not kept for its end. */
const lastBytes = (tail: Buffer, chunk: Buffer): Buffer => {
  if (chunk.length >= TAIL_BYTES) return Buffer.from(chunk.subarray(-TAIL_BYTES));
  return Buffer.from(Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES));
};

/** Drops the rest of a character that was cut in two: UTF-8 continuation bytes are 10xxxxxx. */
const decodeTail = (tail: Buffer): string => {
  let from = 0;
  while (from < 3 && ((tail[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return tail.toString('utf8', from);
};
