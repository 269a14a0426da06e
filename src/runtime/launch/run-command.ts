import type { Socket } from 'node:net';
import type { Flow } from '../../logs/flow.ts';
import type { CommandSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/words.ts';
import { sendSignal } from '../process-tree/send-signal.ts';
import { after } from '../timers.ts';
import type { NotStarted } from './not-started.ts';
import { type Mark, spawn, type Wrap } from './spawn.ts';
import type { Child } from './start-program.ts';

export interface CommandOptions {
  readonly command: CommandSpec;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** `null`: only `signal` ends it. */
  readonly timeout: Milliseconds | null;
  readonly signal: AbortSignal;
  /** Puts on it what its tree is found by. */
  readonly mark?: Mark;
  /** What is started in its place. */
  readonly wrap?: Wrap;
  /** Ends a process and all its descendants; resolves when they are gone. */
  readonly killTree: (pid: number) => Promise<unknown>;
  /** What it has left running when it ends by itself is ended too, as far as it holds its output or its group. */
  readonly leavesNothing?: boolean;
  /** What something left running holds open of its output is read, and thrown away, until then. Default: for ever. */
  readonly lifetime?: AbortSignal;
  /** Called with each piece of output until the result is there. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Holds the output back while `onOutput` cannot take more. */
  readonly flow?: Flow;
}

export type CommandResult = CommandEnding & {
  /** The last 4 KiB at most of stdout and stderr together. */
  readonly output: string;
};

export type CommandEnding =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timeout'; readonly after: Milliseconds }
  | NotStarted
  | { readonly kind: 'aborted' };

const TAIL_BYTES = 4096;
/** How long output may still arrive after the exit. A child left behind can hold the pipe open for ever. */
const OUTPUT_WAIT: Milliseconds = 100;

/**
 * Runs a short-lived command (exec probe, hook, stop command) to its end. Never rejects for what the command does.
 *
 * On timeout and abort its process tree is killed before the result is given. Processes that it left behind by itself
 * go on running unless it is to leave nothing, and what they still print is thrown away.
 *
 * @example
 * const result = await runCommand({ command, cwd, env, timeout: 1000, signal, killTree });
 * if (result.kind === 'exited' && result.exitCode === 0) …
 */
export const runCommand = async (options: CommandOptions): Promise<CommandResult> => {
  if (options.signal.aborted) return { kind: 'aborted', output: '' };
  const spawned = spawn(options);
  if (!spawned.ok) return { ...(await spawned.failure), output: '' };
  const { pid, child } = spawned;
  const closed = new Promise((resolve) => child.once('close', resolve));
  const output = collectOutput(child, options);
  const ending = await waitForEnding(child, options);
  if (child.stdout !== null) options.flow?.leave(child.stdout);
  if (child.stderr !== null) options.flow?.leave(child.stderr);
  if (ending.kind === 'timeout' || ending.kind === 'aborted') await options.killTree(pid);
  else await settle(pid, closed, options);
  return { ...ending, output: output.finish() };
};

/** It leads a group of its own, whose number is nobody else's for as long as it has a member. */
const settle = async (
  pid: number,
  closed: Promise<unknown>,
  { leavesNothing = false, killTree }: CommandOptions,
): Promise<void> => {
  if (leavesNothing && sendSignal(-pid, 0) === 'sent') await killTree(pid);
  const isClosed = await atMost(OUTPUT_WAIT, closed);
  if (leavesNothing && !isClosed) await killTree(pid);
};

/** Not 'close': that one waits until nobody holds the output any more. */
const waitForEnding = (child: Child, { timeout, signal }: CommandOptions): Promise<CommandEnding> =>
  new Promise((resolve) => {
    const settle = (ending: CommandEnding): void => {
      stopWaiting();
      signal.removeEventListener('abort', onAbort);
      child.off('exit', onExit);
      resolve(ending);
    };
    const onAbort = () => settle({ kind: 'aborted' });
    const onExit = (exitCode: number | null, killedBy: NodeJS.Signals | null) =>
      settle(toEnding(exitCode, killedBy));
    const stopWaiting =
      timeout === null ? () => undefined : after(timeout, () => settle({ kind: 'timeout', after: timeout }));
    signal.addEventListener('abort', onAbort);
    child.on('exit', onExit);
  });

const toEnding = (exitCode: number | null, signal: NodeJS.Signals | null): CommandEnding =>
  signal === null ? { kind: 'exited', exitCode: exitCode ?? 1 } : { kind: 'signalled', signal };

/** Whether it has come by then. */
const atMost = (wait: Milliseconds, fact: Promise<unknown>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), wait);
    void fact.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });

const collectOutput = (child: Child, { onOutput, flow, leavesNothing, lifetime }: CommandOptions) => {
  let tail: Buffer = Buffer.alloc(0);
  const listen = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    tail = lastBytes(tail, chunk);
    onOutput?.(name, chunk);
  };
  const stopStdout = readUntilStopped(child.stdout, listen('stdout'), flow);
  const stopStderr = readUntilStopped(child.stderr, listen('stderr'), flow);
  const finish = (): string => {
    for (const stop of [stopStdout, stopStderr]) stop(leavesNothing === true, lifetime);
    return decodeTail(tail);
  };
  return { finish };
};

/**
 * Once stopped, the pipe is still emptied but keeps nothing alive: closing it would kill what a hook has put into the
 * background with SIGPIPE.
 */
const readUntilStopped = (
  stream: Child['stdout'],
  onData: (chunk: Buffer) => void,
  flow: Flow | undefined,
) => {
  stream?.on('data', onData);
  stream?.on('error', () => undefined);
  if (stream !== null) flow?.join(stream);
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

/** A copy, so that a large chunk is not kept for its end. */
const lastBytes = (tail: Buffer, chunk: Buffer): Buffer => {
  if (chunk.length >= TAIL_BYTES) return Buffer.from(chunk.subarray(-TAIL_BYTES));
  return Buffer.from(Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES));
};

/** Without the rest of a character that was cut in two: UTF-8 continuation bytes are 10xxxxxx. */
const decodeTail = (tail: Buffer): string => {
  let from = 0;
  while (from < 3 && ((tail[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return tail.toString('utf8', from);
};
