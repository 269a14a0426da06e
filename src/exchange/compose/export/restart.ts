import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';

/** Compose restarts nothing by default. What somebody has stopped stays down when Docker itself is started again. */
export const restartOf = ({ restart }: Pick<Process, 'restart'>, lost: ReportLoss): string | undefined => {
  const { policy, limit, backoff, resetAfter } = restart;
  const times = [backoff.initial, backoff.factor, backoff.max, resetAfter].map(Number);
  if (times.join() !== USUAL.join()) lost('Docker has times of its own', 'restart.backoff');
  if (policy === 'never') return undefined;
  if (policy === 'always') {
    if (limit !== null) lost('Docker never gives up', 'restart.limit');
    return 'unless-stopped';
  }
  if (limit === null) return 'on-failure';
  lost('Docker counts restarts, whatever time lies between them', 'restart.limit.within');
  return `on-failure:${limit.restarts}`;
};

/** What a config has if it says nothing: the first wait, its growth, the longest, and the run that resets it. */
const USUAL = [1000, 2, 60_000, 10_000];
