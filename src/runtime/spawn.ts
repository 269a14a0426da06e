import type { ChildProcess } from 'node:child_process';
import type { CommandSpec } from '../core/pod-spec.ts';
import { FIRST_HANDED_FD, handOverSockets } from './hand-over-sockets.ts';
import { explainNotStarted, type NotStarted } from './not-started.ts';
import type { HandedSocket } from './ports/kept-sockets.ts';
import type { MarkedLaunch } from './process-tree/process-trees.ts';
import { findProgramObstacle } from './program-obstacle.ts';
import { type Spawnable, toSpawnable } from './shell-command.ts';
import { startProgram } from './start-program.ts';

export interface SpawnOptions {
  readonly command: CommandSpec;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** In place of pipes. */
  readonly output?: { readonly stdout: 'pipe' | number; readonly stderr: 'pipe' | number };
  /** Listening sockets the process gets as descriptors 3 and on, and is told of. */
  readonly sockets?: readonly HandedSocket[];
  /** Gives the process a pipe, as the first descriptor after those, and an IPC channel, to say that it is ready. */
  readonly notify?: boolean;
  /** Puts on it what its tree is found by. */
  readonly mark?: Mark;
}

export type Mark = (spawnable: Spawnable, env: Readonly<Record<string, string>>) => MarkedLaunch;

export type Spawned =
  | { readonly ok: true; readonly pid: number; readonly child: ChildProcess }
  | { readonly ok: false; readonly failure: Promise<NotStarted> };

/** The descriptor that `notify` opens. */
export const notifyFd = (sockets: readonly HandedSocket[]): number => FIRST_HANDED_FD + sockets.length;

/** Starts a process, or finds out why it cannot be started. */
export const spawn = (options: SpawnOptions): Spawned => {
  const { command, cwd, env, output = PIPES, sockets = [], notify = false, mark = asItIs } = options;
  const wanted = toSpawnable(command);
  // The innermost, as LISTEN_PID is the pid that the command knows itself by.
  const told = handOverSockets({ spawnable: wanted, env }, sockets);
  const marked = mark(told.spawnable, told.env);
  // Of a program that cannot be started only the shell in front of it would know, once it has been started itself.
  const isInFront = marked.spawnable.file !== wanted.file;
  const obstacle = isInFront ? findProgramObstacle(wanted.file, cwd, env['PATH']) : null;
  if (obstacle !== null) return { ok: false, failure: explainNotStarted(wanted.file, cwd, obstacle) };
  const handed = sockets.map(({ fd }) => fd);
  const started = startProgram(marked.spawnable, { cwd, env: marked.env, ...output, handed, notify });
  if (started.ok) return started;
  return { ok: false, failure: started.code.then((code) => explainNotStarted(wanted.file, cwd, code)) };
};

const PIPES = { stdout: 'pipe', stderr: 'pipe' } as const;

const asItIs: Mark = (spawnable, env) => ({ spawnable, env });
