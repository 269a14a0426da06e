import { findCgroupAboveRuns } from '../process-tree/pod-cgroup.ts';
import { ownIdentity } from '../process-tree/process-identity.ts';
import { GUARD_LIMIT, RunMarks } from '../process-tree/run-marks.ts';

/**
 * Script of the guard: a shell that waits in place of a second Node, with 2 MB and no CPU time instead of 45 MB. Its
 * input ends without a message when the supervisor dies, for whatever reason.
 *
 * It needs no program to end the run's processes: cgroup.kill, RLIMIT_LOCKS in /proc and `kill` are all available in
 * the shell, so nothing survives even if Node or the package has been removed, or if the user may not start another
 * process. In parallel, Node does the same more thoroughly, and then what a shell cannot do: it saves output and
 * removes mounts and folders. Node and its script come as descriptors, which work after the files have been deleted.
 *
 * The guard of a nested run leaves the cgroup of the outer one, if it may: it must outlive the kill of that cgroup.
 *
 * Killing alone never catches up with a fork bomb that has reached its limit, because each death makes room for a new
 * process: processes that are left after two passes are stopped first, and then killed.
 *
 * The sweep ends as soon as Node has, because a shell reads /proc a byte at a time: with 10,000 other processes on the
 * machine it would continue for a minute after nothing is left. If Node has failed, another sweep follows.
 */
const SCRIPT = `trap '' INT TERM HUP
limit=$1 group=$2 above=$3 pid=$4 born=$5 mark=$6 variable=$7 script=$8
shift 8
ulimit -Sx "$limit" 2>/dev/null || ulimit -Sw "$limit" 2>/dev/null
[ -z "$above" ] || echo 0 >"$above/cgroup.procs"
read -r word && [ "$word" = done ] && exit

state() {
  state=
  read -r stat <"/proc/$1/stat" || return
  set -- \${stat##*) }
  state=$1 start=\${20}
}
lives() {
  state "$pid" && [ "$start" = "$born" ] && [ "$state" != Z ] && [ "$state" != X ]
}
by_limit() {
  soft=
  while read -r _ what of soft _; do
    [ "$what $of" = 'file locks' ] && break
    soft=
  done <"/proc/$1/limits"
  case $soft in "$mark"???????) ;; *) return 1 ;; esac
}
by_environment() {
  while read -r line || [ -n "$line" ]; do
    case $line in *"$variable="*) return 0 ;; esac
  done <"/proc/$1/environ"
  return 1
}
pass() {
  left=0 running=0
  for dir in /proc/[0-9]*; do
    [ -n "$ended" ] && return
    found=\${dir#/proc/}
    "$1" "$found" || continue
    kill -s "$2" "$found"
    state "$found"
    case $state in ''|Z|X) continue ;; T) ;; *) running=$((running + 1)) ;; esac
    left=$((left + 1))
  done
}
sweep() {
  for signal in KILL KILL STOP STOP STOP STOP STOP STOP STOP STOP KILL KILL KILL; do
    [ "$signal $running" = 'STOP 0' ] && continue
    pass "$1" "$signal"
    [ -n "$ended" ] && return
    [ "$signal $left" = 'KILL 0' ] && return
  done
}
at_exit() {
  [ -n "$cleaned" ] && return
  ended=
  sweep by_limit
  sweep by_environment
  "$@" <"$script"
}

looks=0
while lives && [ "$looks" -lt 1000 ]; do looks=$((looks + 1)); done
lives && exec "$@" <"$script"
cleaned= ended=
trap 'at_exit "$@"' EXIT
[ -z "$group" ] || echo 1 >"$group/cgroup.kill"
command -v timeout >/dev/null && set -- timeout -s KILL 60 "$@"
trap 'ended=yes' CHLD
"$@" <"$script" &
sweep by_limit
trap - CHLD
wait "$!" && cleaned=yes`;

/** If threads are not available, Node hangs in its start when it wants several, and aborts when it wants few. */
const NODE_FLAGS = ['--v8-pool-size=0', '--disable-sigusr1', '--title=sidecarctl-cleanup'];

export interface GuardedRun {
  /** Absolute path. */
  readonly configFolder: string;
  readonly runId: string;
  /** Absolute path, or null if the run has none. */
  readonly cgroup: string | null;
}

/** Numbers of the descriptors in the guard. */
interface HeldNumbers {
  readonly node: number;
  readonly script: number;
  readonly firstFifo: number;
}

/** Arguments of the shell. `logs`: absolute paths, one for each pair of FIFOs. */
export const guardArguments = (
  { configFolder, runId, cgroup }: GuardedRun,
  { node, script, firstFifo }: HeldNumbers,
  logs: readonly string[],
): readonly string[] => {
  const { pid, startTime } = ownIdentity();
  const identity = [`${pid}`, `${startTime}`];
  const marks = new RunMarks(runId);
  const known = [
    GUARD_LIMIT,
    cgroup ?? '',
    findCgroupAboveRuns() ?? '',
    ...identity,
    marks.limitPrefix,
    marks.variable,
  ];
  const run = [configFolder, runId, ...identity, cgroup ?? '', `${firstFifo}`, ...logs];
  const command = [held(node), ...NODE_FLAGS, '--input-type=module', '-', ...run];
  return ['-c', SCRIPT, 'sidecarctl-guard', ...known, held(script), ...command];
};

const held = (number: number): string => `/proc/self/fd/${number}`;
