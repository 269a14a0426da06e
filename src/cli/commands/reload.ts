import type { Command } from 'commander';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { print, printJson } from '../print.ts';
import { warn } from '../warn.ts';

interface ReloadOptions extends PodOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const addReload = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('reload'))
    .description('reload the config of the running pod, and change only what differs')
    .option('--dry-run', 'print what would change, and change nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: ReloadOptions, command: Command) => run(refusingRest(command, () => reload(options))));
};

const reload = (options: ReloadOptions): Promise<number> =>
  withPod(options, async (pod) => {
    const outcome = await pod.request({ type: 'reload', dryRun: options.dryRun === true });
    if (!outcome.ok) {
      warn(`config error, running pod unchanged:\n${outcome.message}`);
      return POD_FAILED;
    }
    const { plan = [] } = outcome;
    if (options.json === true) printJson({ plan });
    else print(plan.length === 0 ? 'no changes' : plan.join('\n'));
    return 0;
  });

const EXAMPLES = `
Changed processes restart, new ones start, removed ones stop, and all others are left alone. If the config is wrong,
nothing changes and the exit code is 1.

Examples:
  $ sidecarctl reload --dry-run
  $ sidecarctl reload`;
