import type { Notice } from '../model/notice.ts';
import { armTerminalGuard, type TerminalGuard } from '../runtime/guard/terminal-guard.ts';
import type { Pod } from '../supervisor/pod.ts';
import type { Dashboard } from '../tui/dashboard.ts';
import { restoreAfter } from '../tui/terminal/restore.ts';
import { dashboardSettings } from './dashboard-settings.ts';
import { type Display, openReport } from './display.ts';
import { keepChoices, keptChoices } from './kept-choices.ts';
import { openTerminal } from './open-terminal.ts';
import type { RunOptions } from './options.ts';
import { PartingNotices } from './parting-notices.ts';
import { plainWriter } from './plain-writer.ts';
import { savingBeside } from './save-log.ts';
import { colorsOnTerminal, takesLinks, wantsColor } from './terminal.ts';
import { warn } from './warn.ts';

/**
 * Opens the dashboard. It is loaded after the first launches, because it is about 100 ms of code that no process should
 * wait for. If it cannot be opened, plain output takes its place.
 */
export const openDashboard = (pod: Pod, options: RunOptions): Display => {
  const notices = new PartingNotices();
  let dashboard: Dashboard | null = null;
  let plain: Display | null = null;
  let guard: TerminalGuard | null = null;
  let summarize: typeof import('../tui/summary.ts').summaryOf | null = null;
  let opening: Promise<void> = Promise.resolve();
  pod.attach({
    event: (event) => notices.happened(event),
    output: () => undefined,
    notice: (notice: Notice) => notices.take(notice),
  });
  const open = async (): Promise<void> => {
    const { ui, mistakes } = await dashboardSettings(pod.spec.ui);
    // Armed before the terminal's modes are changed, while the dashboard is loaded.
    const arming = armTerminalGuard(restoreAfter(ui));
    // The summary is loaded too, because it must be there at the end whatever happens to the package.
    const [{ Dashboard: Loaded }, { summaryOf }] = await Promise.all([
      import('../tui/dashboard.ts'),
      import('../tui/summary.ts'),
    ]);
    summarize = summaryOf;
    guard = await arming;
    dashboard = new Loaded({
      client: pod.client,
      terminal: openTerminal(),
      settings: ui,
      colors: colorsOnTerminal(options.color),
      links: takesLinks(process.env),
      plainWriter: plainWriter(pod.client, wantsColor(1, options.color), options.timestamps),
      save: savingBeside(pod.client.snapshot.configFile),
      chosen: keptChoices(pod.client.snapshot.configFile),
      keep: (choices) => keepChoices(pod.client.snapshot.configFile, choices),
      env: process.env,
      onLeave: null,
      onGone: () => pod.send({ type: 'stop', by: 'closing its terminal', grace: null, id: null }),
    });
    dashboard.open();
    for (const mistake of mistakes) dashboard.notify(mistake);
  };
  return {
    started: () => {
      opening = open().catch((error: Error) => {
        plain = openReport(pod, 'plain', options);
        warn(`the dashboard cannot be opened (${error.message}); using plain output`);
      });
    },
    close: async () => {
      await opening;
      if (plain !== null) {
        guard?.dismiss();
        return plain.close();
      }
      const told = notices.texts.map((notice) => `sidecarctl: ${notice}\n`).join('');
      await dashboard?.close((theme) => told + (summarize?.(pod.client, theme, process.cwd()) ?? ''));
      guard?.dismiss();
      return { isStuck: false };
    },
  };
};
