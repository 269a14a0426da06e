/** What snapshots, events and the library have in common with the core: the words of the product's public face. */

/** Milliseconds. */
export type Milliseconds = number;

export type Role = 'init' | 'sidecar' | 'primary';

/** What must hold of a process before one that depends on it is launched. */
export type Condition = 'started' | 'ready' | 'completed';

export type ProbeName = 'startup' | 'readiness' | 'liveness';

export type PodPhase = 'starting' | 'running' | 'stopping' | 'stopped';

/** Of a process. */
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

/** How far the stop of a process has come. */
export type StopStageName = 'holding' | 'signalled' | 'lingering' | 'killed';

const LIVE_NAMES: ReadonlySet<StateName> = new Set(['starting', 'running', 'ready', 'stopping']);

/** Whether something of the process runs in this state. */
export const isLiveName = (name: StateName): boolean => LIVE_NAMES.has(name);
