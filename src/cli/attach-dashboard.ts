import type { RemotePod } from '../control/client/remote-pod.ts';
import { errorMessage } from '../model/error-message.ts';
import { armTerminalGuard } from '../runtime/guard/terminal-guard.ts';
import type { PodKey } from '../runtime/state/pod-record.ts';
import { Dashboard } from '../tui/dashboard.ts';
import { restoreAfter } from '../tui/terminal/restore.ts';
import type { PlainAttachOptions } from './attach-plainly.ts';
import { attachPlainly } from './attach-plainly.ts';
import { dashboardSettings } from './dashboard-settings.ts';
import { checkEnd, exitSummary } from './exit-summary.ts';
import { keepChoices, keptChoices } from './kept-choices.ts';
import { openTerminal } from './open-terminal.ts';
import { plainWriter } from './plain-writer.ts';
import { savingBeside } from './save-log.ts';
import { colorsOnTerminal, takesLinks, wantsColor } from './terminal.ts';
import { warn } from './warn.ts';

/**
 * Shows a pod in another process until it has ended or the user leaves. Rejects with `PodGone` if the supervisor is
 * killed.
 */
export const attachDashboard = async (
  pod: RemotePod,
  key: PodKey,
  options: PlainAttachOptions,
  interrupted: Promise<void>,
): Promise<number> => {
  const { ui, mistakes } = await dashboardSettings(await pod.ui());
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  void interrupted.then(leave);
  const colors = wantsColor(1, options.color);
  // Armed before the terminal's modes are changed.
  const guard = await armTerminalGuard(restoreAfter(ui));
  let dashboard: Dashboard;
  try {
    dashboard = new Dashboard({
      client: pod,
      terminal: openTerminal(),
      settings: { ...ui, confirmQuit: false },
      colors: colorsOnTerminal(options.color),
      links: takesLinks(process.env),
      plainWriter: plainWriter(pod, colors, options.timestamps),
      save: savingBeside(pod.snapshot.configFile),
      chosen: keptChoices(pod.snapshot.configFile),
      keep: (choices) => keepChoices(pod.snapshot.configFile, choices),
      env: process.env,
      onGone: leave,
      onLeave: leave,
    });
    dashboard.open();
    for (const mistake of mistakes) dashboard.notify(mistake);
  } catch (error) {
    guard?.dismiss();
    warn(`the dashboard cannot be opened (${errorMessage(error)}); using plain output`);
    return attachPlainly(pod, key, options, left);
  }
  const isOver = await Promise.race([left.then(() => false), pod.gone.then(() => true)]);
  await dashboard.close((theme) => exitSummary(pod, key, isOver, theme));
  guard?.dismiss();
  checkEnd(pod, isOver);
  return 0;
};
