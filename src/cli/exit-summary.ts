import { PodGone } from '../control/client/connection.ts';
import type { RemotePod } from '../control/client/remote-pod.ts';
import { printable } from '../report/printable.ts';
import type { PodKey } from '../runtime/state/pod-record.ts';
import { summaryOf } from '../tui/summary.ts';
import type { Theme } from '../tui/theme.ts';
import { nameCommand } from './name-command.ts';

/**
 * Text that stays on the screen when a pod in another process is no longer shown: how it ended, or that it keeps
 * running.
 */
export const exitSummary = (pod: RemotePod, key: PodKey, isOver: boolean, theme: Theme): string => {
  const { name, pid, state } = pod.snapshot;
  if (!isOver)
    return `pod ${printable(name)} keeps running (pid ${pid}); stop it with ${nameCommand('down', key)}\n`;
  return state === 'stopped' ? summaryOf(pod, theme, process.cwd()) : '';
};

/** Throws `PodGone` if the connection broke off before the pod had stopped: its supervisor was killed. */
export const checkEnd = (pod: RemotePod, isOver: boolean): void => {
  if (isOver && pod.snapshot.state !== 'stopped') throw new PodGone();
};
