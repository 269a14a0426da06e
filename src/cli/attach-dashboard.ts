import { PodGone } from '../control/client/connection.ts';
import type { RemotePod } from '../control/client/remote-pod.ts';
import { armTerminalGuard } from '../runtime/guard/terminal-guard.ts';
import { Dashboard } from '../tui/dashboard.ts';
import { summaryOf } from '../tui/summary.ts';
import { RESTORE } from '../tui/terminal/restore.ts';
import { openTerminal } from './open-terminal.ts';
import type { PodOptions } from './options.ts';
import { wantsColor } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Shows a pod that runs elsewhere until it has ended or a person has seen enough; rejects with `PodGone` if it is killed. */
export const attachDashboard = async (pod: RemotePod, options: PodOptions): Promise<number> => {
  const { keys, theme } = await pod.ui();
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  untilInterrupted().addEventListener('abort', () => leave(), { once: true });
  const colors = wantsColor(1, options.color);
  // Before the terminal's modes are changed.
  const guard = armTerminalGuard(RESTORE);
  const dashboard = new Dashboard({
    client: pod,
    terminal: openTerminal(),
    keys,
    theme,
    colors,
    folder: process.cwd(),
    env: process.env,
    onGone: leave,
    onLeave: leave,
  });
  dashboard.open();
  const isOver = await Promise.race([left.then(() => false), pod.gone.then(() => true)]);
  await dashboard.close(lastWord(pod, isOver, colors));
  guard?.dismiss();
  if (isOver && pod.snapshot.state !== 'stopped') throw new PodGone();
  return 0;
};

const lastWord = (pod: RemotePod, isOver: boolean, colors: boolean): string => {
  const { name, pid, state } = pod.snapshot;
  if (!isOver) return `pod ${name} (pid ${pid}) goes on; 'sidecarctl down' stops it\n`;
  return state === 'stopped' ? summaryOf(pod, colors) : '';
};
