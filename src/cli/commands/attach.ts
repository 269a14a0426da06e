import { isatty } from 'node:tty';
import type { Command } from 'commander';
import { type Act, refusingRest } from '../act.ts';
import { complain } from '../complain.ts';
import { USAGE_ERROR } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';

export const addAttach = (program: Command, act: Act): void => {
  addPodOptions(program.command('attach'))
    .description('show the dashboard of the pod that runs; it goes on when the dashboard is left')
    .addHelpText('after', EXAMPLES)
    .action((options: PodOptions, command: Command) => act(refusingRest(command, () => attach(options))));
};

const attach = async (options: PodOptions): Promise<number> => {
  if (!isatty(0) || !isatty(1)) {
    complain(
      "'attach' needs a terminal; without one 'sidecarctl logs -f' and 'sidecarctl events -f' tell what happens",
    );
    return USAGE_ERROR;
  }
  return withPod(options, async (pod) => {
    // Loaded late: the other commands have no use for some 100 ms of dashboard.
    const { attachDashboard } = await import('../attach-dashboard.ts');
    return attachDashboard(pod, options);
  });
};

const EXAMPLES = `
q and Ctrl-C leave the pod running, Q stops it. Exit code 0, also when the pod ends meanwhile; 3 when none runs.

Examples:
  $ sidecarctl up --detach && sidecarctl attach
  $ sidecarctl attach --name blue`;
