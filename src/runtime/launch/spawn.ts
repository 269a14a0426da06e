import type { LaunchPart } from '../../model/failures/launch-failure.ts';
import type { CommandSpec } from '../../model/pod-spec.ts';
import type { NotStarted } from '../engines/command.ts';
import type { NativeStarter } from '../native/native-starter.ts';
import { type HandedSocket, notifyFd } from '../ports/kept-sockets.ts';
import type { Marks } from '../process-tree/process-trees.ts';
import { behindTerminal } from './behind-terminal.ts';
import type { Started } from './child.ts';
import { handOverSockets } from './hand-over-sockets.ts';
import { markBehindShell } from './mark-behind-shell.ts';
import { explainNotStarted, notStarted } from './not-started.ts';
import type { InputEnd } from './process-input.ts';
import { errorCodeOf, findProgramObstacle } from './program-search.ts';
import { type Spawnable, toSpawnable } from './shell-command.ts';
import { startProgram } from './start-program.ts';

export interface SpawnOptions {
  readonly command: CommandSpec;
  /** Absolute path. */
  readonly cwd: string;
  /** Whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Stdin. Default: /dev/null. */
  readonly stdin?: InputEnd;
  /** Stdout and stderr. Default: pipes. */
  readonly output?: { readonly stdout: 'pipe' | number; readonly stderr: 'pipe' | number };
  /** Runs in our own session and process group, and so on our terminal. Default: in a session of its own. */
  readonly inOurSession?: boolean;
  /** Path of the terminal that it controls, and that its streams are. Default: none. */
  readonly terminal?: string | null;
  /** Listening sockets that the process gets as descriptors from 3 on, with the variables for them. */
  readonly sockets?: readonly HandedSocket[];
  /** Adds two pipes as the next descriptors, for the process to report that it is ready. */
  readonly notify?: boolean;
  /** The second of these is Node's `process.send`, which costs a Node 7 ms of its start. Default: as `notify`. */
  readonly channel?: boolean;
  /** Mark by which its tree is found. */
  readonly mark?: Mark;
  /** Replaces the command by one that becomes it or waits for it. */
  readonly wrap?: Wrap;
  /** Starter for processes without sockets and without pipes. */
  readonly native?: NativeStarter | null;
}

export type Mark = (env: Readonly<Record<string, string>>) => Marks;

export type Wrap = (spawnable: Spawnable, env: Readonly<Record<string, string>>) => Spawnable;

export type Spawned =
  | Extract<Started, { readonly ok: true }>
  | { readonly ok: false; readonly failure: Promise<NotStarted> };

/** Tells Node where `process.send` writes to. Hooks and probes do not get it, because they do not get the pipe. */
const withChannel = (options: SpawnOptions): SpawnOptions['env'] => {
  const { env, notify = false, channel = notify, sockets = [] } = options;
  if (!channel) return env;
  return {
    ...env,
    NODE_CHANNEL_FD: `${notifyFd(sockets) + 1}`,
    NODE_CHANNEL_SERIALIZATION_MODE: 'json',
  };
};

/** Starts a process, or explains why it cannot be started. */
export const spawn = (options: SpawnOptions): Spawned => {
  const { command, cwd, mark = unmarked } = options;
  const unwrapped = toSpawnable(command);
  const marks = mark(withChannel(options));
  const part = whereNulIs(unwrapped, marks.env, cwd);
  if (part !== null) {
    const failure = { kind: 'nul-character', file: unwrapped.file, part } as const;
    return { ok: false, failure: Promise.resolve(notStarted(126, failure)) };
  }
  const started = startNatively(unwrapped, marks, options) ?? startByNode(unwrapped, marks, options);
  if (started.ok) return started;
  const attempted = { ...unwrapped, cwd, env: marks.env };
  return { ok: false, failure: started.code.then((code) => explainNotStarted(attempted, code)) };
};

/**
 * Finds a NUL character, which the system takes for the end, so that the rest would be cut off; null if there is none.
 */
const whereNulIs = ({ file, args }: Spawnable, env: Marks['env'], cwd: string): LaunchPart | null => {
  if ([file, ...args].some(hasNul)) return { kind: 'argument' };
  if (hasNul(cwd)) return { kind: 'folder' };
  const name = Object.keys(env).find((each) => hasNul(each) || hasNul(env[each] ?? ''));
  return name === undefined ? null : { kind: 'variable', name: name.replaceAll('\0', '') };
};

const hasNul = (text: string): boolean => text.includes('\0');

/** Returns null if the process needs something that only Node can do. */
const startNatively = (unwrapped: Spawnable, marks: Marks, options: SpawnOptions): Started | null => {
  const { cwd, output = PIPES, sockets = [], notify = false, native = null, wrap = asItIs } = options;
  const { stdin = 'ignore', inOurSession = false, terminal = null } = options;
  const { stdout, stderr } = output;
  if (native === null || sockets.length > 0) return null;
  if (stdin === 'pipe' || stdout === 'pipe' || stderr === 'pipe') return null;
  const descriptors = new Map([
    [0, inputOf(stdin, native)],
    [1, stdout],
    [2, stderr],
  ]);
  // Innermost: an isolated process is the leader of a session of its own.
  const spawnable = wrap(behindTerminal(unwrapped, marks.env, terminal), marks.env);
  return (
    obstacleBehind(spawnable, unwrapped, marks, cwd) ??
    native.start(spawnable, { cwd, ...marks, descriptors, notify, inOurSession })
  );
};

const inputOf = (stdin: Exclude<InputEnd, 'pipe'>, { nothing }: NativeStarter): number => {
  if (stdin === 'inherit') return 0;
  return stdin === 'ignore' ? nothing : stdin;
};

const startByNode = (unwrapped: Spawnable, marks: Marks, options: SpawnOptions): Started => {
  const { cwd, output = PIPES, sockets = [], notify = false, wrap = asItIs } = options;
  const { stdin = 'ignore', inOurSession = false, terminal = null } = options;
  // This wraps innermost, because LISTEN_PID is the pid that the command sees as its own.
  const { spawnable: withSockets, env } = handOverSockets(unwrapped, marks.env, sockets);
  const onTerminal = behindTerminal(withSockets, env, terminal);
  const spawnable = markBehindShell(wrap(onTerminal, env), { ...marks, env });
  const handed = sockets.map(({ fd }) => fd);
  return (
    obstacleBehind(spawnable, unwrapped, marks, cwd) ??
    startProgram(spawnable, { cwd, env, stdin, ...output, handed, notify, inOurSession })
  );
};

/** Only the wrapper would find out that a program cannot be started, once it runs itself. */
const obstacleBehind = (
  spawnable: Spawnable,
  unwrapped: Spawnable,
  { env }: Marks,
  cwd: string,
): Extract<Started, { readonly ok: false }> | null => {
  const obstacle = spawnable.file === unwrapped.file ? null : findProgramObstacle(unwrapped.file, cwd, env);
  return obstacle === null ? null : { ok: false, code: Promise.resolve(errorCodeOf(obstacle)) };
};

const PIPES = { stdout: 'pipe', stderr: 'pipe' } as const;

const asItIs: Wrap = (spawnable) => spawnable;

const unmarked: Mark = (env) => ({ env, locksLimit: null });
