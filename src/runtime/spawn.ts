import type { ChildProcess } from 'node:child_process';
import { execa } from 'execa';
import type { CommandSpec } from '../core/pod-spec.ts';
import { explainNotStarted, type NotStarted } from './not-started.ts';
import type { MarkedLaunch } from './process-tree/process-trees.ts';
import { findProgramObstacle } from './program-obstacle.ts';
import { type Spawnable, toSpawnable } from './shell-command.ts';

export interface SpawnOptions {
  readonly command: CommandSpec;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** In place of pipes. */
  readonly output?: { readonly stdout: 'pipe' | number; readonly stderr: 'pipe' | number };
  /** Gives the process a pipe as descriptor 3 and an IPC channel, to say that it is ready. */
  readonly notify?: boolean;
  /** Puts on it what its tree is found by. */
  readonly mark?: Mark;
}

export type Mark = (spawnable: Spawnable, env: Readonly<Record<string, string>>) => MarkedLaunch;

export type Spawned =
  | { readonly ok: true; readonly pid: number; readonly child: ChildProcess }
  | { readonly ok: false; readonly failure: Promise<NotStarted> };

/** The descriptor that `notify` opens. */
export const NOTIFY_FD = 3;

/**
 * Starts a process in a session of its own, which keeps the terminal's Ctrl-C away from it; on Windows that would only
 * open a console window. execa finds the program and quotes for the platform; how the process ends is told by the
 * ChildProcess itself, as execa's promise waits until nobody holds the output any more.
 */
export const spawn = (options: SpawnOptions): Spawned => {
  const { command, cwd, env, notify = false, mark = asItIs } = options;
  // execa takes any descriptor, which its types leave out.
  const { stdout, stderr } = (options.output ?? PIPES) as typeof PIPES;
  const wanted = toSpawnable(command);
  const marked = mark(wanted, env);
  const { file, args, verbatim } = marked.spawnable;
  // Of a program that cannot be started only the shell in front of it would know, once it has been started itself.
  const obstacle = file === wanted.file ? null : findProgramObstacle(wanted.file, cwd, env['PATH']);
  if (obstacle !== null) return { ok: false, failure: explainNotStarted(wanted.file, cwd, obstacle) };
  const subprocess = execa(file, args, {
    cwd,
    env: marked.env,
    extendEnv: false,
    detached: process.platform !== 'win32',
    windowsVerbatimArguments: verbatim,
    stdio: notify ? ['ignore', stdout, stderr, 'pipe'] : ['ignore', stdout, stderr],
    ipc: notify,
    buffer: false,
    cleanup: false,
    reject: false,
    forceKillAfterDelay: false,
  });
  const { pid, nodeChildProcess: child } = subprocess;
  if (pid !== undefined) return { ok: true, pid, child };
  return { ok: false, failure: subprocess.then(({ code }) => explainNotStarted(wanted.file, cwd, code)) };
};

const PIPES = { stdout: 'pipe', stderr: 'pipe' } as const;

const asItIs: Mark = (spawnable, env) => ({ spawnable, env });
