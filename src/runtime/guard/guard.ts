import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
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
 * const guard = armGuard({ cleanup, configFolder, runId, cgroup: null, outputs: [] });
 * guard?.dismiss();
 */
export const armGuard = (options: GuardOptions): Guard | null => {
  if (process.platform !== 'linux') return null;
  const { cleanup, configFolder, runId, cgroup, outputs } = options;
  const { pid: supervisor, startTime } = ownIdentity();
  const run = [configFolder, runId, supervisor, startTime, cgroup ?? ''];
  const command = [process.execPath, cleanup, ...run, ...outputs.map(({ log }) => log)];
  const held = outputs.flatMap(({ fifos }) => [fifos.stdout, fifos.stderr]);
  const child = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'sidecarctl-guard', GUARD_LIMIT, cgroup ?? '', ...command.map(String)],
    {
      cwd: '/',
      detached: true,
      env: Object.fromEntries(
        INHERITED.flatMap((name) => (name in process.env ? [[name, process.env[name]]] : [])),
      ),
      stdio: ['pipe', 'ignore', 'ignore', ...held],
    },
  );
  const input = child.stdin as Writable & { unref(): void };
  for (const source of [child, input]) source.on('error', () => undefined);
  child.unref();
  input.unref();
  return { pid: child.pid ?? -1, dismiss: () => void input.end('done\n') };
};
