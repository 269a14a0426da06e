import { closeSync, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Libc } from '../native/libc.ts';
import type { NativeStarter } from '../native/native-starter.ts';
import type { FifoPair } from '../output/output-fifos.ts';
import { GUARD_LIMIT } from '../process-tree/run-marks.ts';
import { ownIdentity } from '../volumes/supervisor-alive.ts';

/**
 * A shell waits in the place of a second Node: 2 MB and no CPU time instead of 45 MB. It turns into the clean-up when
 * its input ends without a word, which the death of the supervisor brings about whatever it dies of.
 */
const SCRIPT = `trap '' INT TERM HUP
ulimit -Sx "$1" 2>/dev/null || ulimit -Sw "$1" 2>/dev/null
read -r word && [ "$word" = done ] && exit
[ -z "$2" ] || echo 1 >"$2/cgroup.kill"
shift 2
exec "$@"`;

const DISMISSED = 'done\n';
const FIRST_BESIDES_STDIO = 3;

/** All that Node needs to run; without the marks of an outer run, whose end the guard is to outlive. */
const INHERITED = ['PATH', 'LD_LIBRARY_PATH'];

interface GuardOptions {
  /** Absolute: the built clean-up. */
  readonly cleanup: string;
  /** Absolute. */
  readonly configFolder: string;
  readonly runId: string;
  /** Absolute; null where the run has none. */
  readonly cgroup: string | null;
  /** Held open until the guard ends: what the supervisor has not read from them then goes to the log files. */
  readonly outputs: readonly HeldOutput[];
  /** Null: Node starts it. */
  readonly native: NativeStarter | null;
}

/** Of one process. */
export interface HeldOutput {
  readonly fifos: FifoPair;
  /** Absolute: its log file. */
  readonly log: string;
}

export interface Guard {
  /** -1: it could not be started, and what this supervisor leaves is for the next command in the folder. */
  readonly pid: number;
  /** The pod has ended in order: there is nothing to clean up. */
  dismiss(): void;
}

/**
 * Starts what ends the run's processes, and removes its mounts and volumes, should this supervisor die before it says
 * `dismiss`. Null where there is no way to find a run's processes but from their parent.
 *
 * @example
 * const guard = armGuard({ cleanup, configFolder, runId, cgroup: null, outputs: [], native: null });
 * guard?.dismiss();
 */
export const armGuard = (options: GuardOptions): Guard | null => {
  if (process.platform !== 'linux') return null;
  const { native, outputs } = options;
  const held = outputs.flatMap(({ fifos }) => [fifos.stdout, fifos.stderr]);
  const env = Object.fromEntries(
    INHERITED.flatMap((name) => (name in process.env ? [[name, process.env[name] ?? '']] : [])),
  );
  return (native === null ? null : armNatively(native, held, env, options)) ?? armByNode(held, env, options);
};

/** `firstFifo`: the number in the guard of the first of what it holds. */
const argumentsFor = (firstFifo: number, options: GuardOptions): readonly string[] => {
  const { cleanup, configFolder, runId, outputs } = options;
  const cgroup = options.cgroup ?? '';
  const { pid, startTime } = ownIdentity();
  const run = [configFolder, runId, `${pid}`, `${startTime}`, cgroup, `${firstFifo}`];
  const command = [process.execPath, cleanup, ...run, ...outputs.map(({ log }) => log)];
  return ['-c', SCRIPT, 'sidecarctl-guard', GUARD_LIMIT, cgroup, ...command];
};

type Environment = Readonly<Record<string, string>>;

/** Null: there are too few descriptors. */
const armNatively = (
  native: NativeStarter,
  held: readonly number[],
  env: Environment,
  options: GuardOptions,
): Guard | null => {
  const input = openInput(native.libc);
  if (input === null) return null;
  // Above all that is open here, so that none takes the place of one that comes later.
  const firstFifo = Math.max(input.reading, ...held) + 1;
  const ends = [input.reading, native.nothing, native.nothing];
  const descriptors = new Map([
    ...ends.entries(),
    ...held.map((fd, index) => [firstFifo + index, fd] as const),
  ]);
  const shell = { file: '/bin/sh', args: argumentsFor(firstFifo, options), verbatim: false };
  const started = native.start(shell, { cwd: '/', env, locksLimit: BigInt(GUARD_LIMIT), descriptors });
  closeSync(input.reading);
  return { pid: started.ok ? started.pid : -1, dismiss: () => tell(input.writing) };
};

/** A shell wants to wait in a read, and the ends of that pipe do not. */
const openInput = (libc: Libc): ReturnType<Libc['pipe']> => {
  const ends = libc.pipe();
  if (ends === null) return null;
  const reading = openSync(`/proc/self/fd/${ends.reading}`, 'r');
  closeSync(ends.reading);
  return { reading, writing: ends.writing };
};

const tell = (writing: number): void => {
  try {
    writeSync(writing, DISMISSED);
  } catch {
    // It has gone.
  }
  closeSync(writing);
};

const armByNode = (held: readonly number[], env: Environment, options: GuardOptions): Guard => {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn('/bin/sh', argumentsFor(FIRST_BESIDES_STDIO, options), {
    cwd: '/',
    detached: true,
    env,
    stdio: ['pipe', 'ignore', 'ignore', ...held],
  });
  const input = child.stdin as Writable & { unref(): void };
  for (const source of [child, input]) source.on('error', () => undefined);
  child.unref();
  input.unref();
  return { pid: child.pid ?? -1, dismiss: () => void input.end(DISMISSED) };
};
