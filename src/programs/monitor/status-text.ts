import type { RunningMonitor } from './running-monitor.ts';

/** What is wrong: `web above its limit of memory`. Empty: nothing. */
export const statusText = ({
  isBlind,
  limitsAbove,
}: Pick<RunningMonitor, 'isBlind' | 'limitsAbove'>): string =>
  isBlind
    ? 'no metrics: the pod has no control socket'
    : limitsAbove.map(({ process, resource }) => `${process} above its limit of ${resource}`).join(', ');
