import type { LastExit } from '../model/exit.ts';
import type { ProcessSpec, RestartSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import type { ProcessRecord } from './process-state.ts';

export type RestartDecision =
  | {
      readonly kind: 'restart';
      readonly delay: Milliseconds;
      readonly crashes: number;
      readonly restartedAt: readonly Milliseconds[];
    }
  | { readonly kind: 'give-up'; readonly restarts: number; readonly within: Milliseconds }
  | { readonly kind: 'done'; readonly ok: boolean };

/** Decides what follows an end that nobody requested. */
export const afterExit = (record: ProcessRecord, last: LastExit, now: Milliseconds): RestartDecision => {
  const ok = last.exit.status === 0 && !last.unhealthy;
  if (!restarts(record.spec, ok)) return { kind: 'done', ok };
  const { restart } = record.spec;
  const crashes = last.ranFor >= restart.resetAfter ? 0 : record.crashes;
  const restartedAt = recentRestarts(restart, record.restartedAt, now);
  if (restart.limit !== null && restartedAt.length >= restart.limit.restarts) {
    return { kind: 'give-up', ...restart.limit };
  }
  return {
    kind: 'restart',
    delay: backoffDelay(restart, crashes),
    crashes: crashes + 1,
    restartedAt: restart.limit === null ? [] : [...restartedAt, now],
  };
};

/** An init task that has exited with 0 is done under every policy. */
const restarts = (spec: ProcessSpec, ok: boolean): boolean => {
  switch (spec.restart.policy) {
    case 'always':
      return !(ok && spec.role === 'init');
    case 'on-failure':
      return !ok;
    case 'never':
      return false;
    default:
      return spec.restart.policy satisfies never;
  }
};

const recentRestarts = (restart: RestartSpec, restartedAt: readonly Milliseconds[], now: Milliseconds) =>
  restart.limit === null ? [] : restartedAt.filter((at) => now - at < (restart.limit?.within ?? 0));

/** Kubernetes' curve: the first restart is immediate, then `initial`, growing by `factor` up to `max`. */
const backoffDelay = ({ backoff }: RestartSpec, crashes: number): Milliseconds => {
  if (crashes === 0 || backoff.initial === 0) return 0;
  return Math.min(backoff.max, backoff.initial * backoff.factor ** (crashes - 1));
};
