import type { Command } from 'commander';
import { type Act, refusingRest } from '../act.ts';
import { complain } from '../complain.ts';
import { POD_FAILED } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { print, printJson } from '../print.ts';

interface ReloadOptions extends PodOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const addReload = (program: Command, act: Act): void => {
  addPodOptions(program.command('reload'))
    .description('read the config of the running pod anew, and touch only what differs')
    .option('--dry-run', 'print what would be done, and do nothing')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: ReloadOptions, command: Command) => act(refusingRest(command, () => reload(options))));
};

const reload = (options: ReloadOptions): Promise<number> =>
  withPod(options, async (pod) => {
    const outcome = await pod.request({ type: 'reload', dryRun: options.dryRun === true });
    if (!outcome.ok) {
      complain(`config not reloaded, the pod stays as it is:\n${outcome.message}`);
      return POD_FAILED;
    }
    const { plan = [] } = outcome;
    if (options.json === true) printJson({ plan });
    else print(plan.length === 0 ? 'nothing differs' : plan.join('\n'));
    return 0;
  });

const EXAMPLES = `
What has changed restarts, what is new starts, what is gone stops; all else is left alone. A config that is wrong
changes nothing: exit code 1.

Examples:
  $ sidecarctl reload --dry-run
  $ sidecarctl reload`;
