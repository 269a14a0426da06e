/** The words that the core shares with snapshots, events and the library: the public vocabulary. */

/** A time or duration in milliseconds. */
export type Milliseconds = number;

export type Role = 'init' | 'sidecar' | 'primary';

/** The state that a dependency must reach before the dependent is launched. */
export type Condition = 'started' | 'ready' | 'completed';

export type ProbeName = 'startup' | 'readiness' | 'liveness';

export type PodPhase = 'starting' | 'running' | 'stopping' | 'stopped';

/** The state of a process. */
export type StateName =
  | 'pending'
  | 'starting'
  | 'running'
  | 'ready'
  | 'backoff'
  | 'stopping'
  | 'completed'
  | 'failed'
  | 'stopped';

/** The stage of a process's stop. */
export type StopStageName = 'holding' | 'signalled' | 'lingering' | 'killed';

const LIVE_NAMES: ReadonlySet<StateName> = new Set(['starting', 'running', 'ready', 'stopping']);

/** True if something of the process runs in this state. */
export const isLiveName = (name: StateName): boolean => LIVE_NAMES.has(name);
