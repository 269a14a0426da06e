import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { chooseUi } from '../choose-ui.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { untilInterrupted } from '../until-interrupted.ts';

interface AttachOptions extends PodOptions {
  readonly ui?: 'tui' | 'plain';
  readonly timestamps?: boolean;
}

export const addAttach = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('attach'))
    .description('show the dashboard of the running pod, or connect this terminal to one of its processes')
    .argument(
      '[name]',
      'a process, or a command beside one (web.psql), whose input and output this terminal becomes',
    )
    .addOption(new Option('--ui <kind>', 'the dashboard, or plain lines').choices(['tui', 'plain']))
    .option('--timestamps', 'put the local time before each plain line')
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined, options: AttachOptions, command: Command) =>
      run(refusingRest(command, () => attach(name, options))),
    );
};

const attach = (name: string | undefined, options: AttachOptions): Promise<number> =>
  withPod(options, async (pod, record) => {
    const interrupted = once(untilInterrupted(), 'abort').then(() => undefined);
    if (name !== undefined) {
      const { attachProcess } = await import('../attach-process.ts');
      return attachProcess(pod, record, name, interrupted);
    }
    // Loaded late: the other commands do not need about 100 ms of dashboard.
    if (chooseUi(options) === 'tui') {
      const { attachDashboard } = await import('../attach-dashboard.ts');
      return attachDashboard(pod, record, options, interrupted);
    }
    const { attachPlainly } = await import('../attach-plainly.ts');
    return attachPlainly(pod, record, options, interrupted);
  });

const EXAMPLES = `
q and Ctrl-C leave the pod running, Q stops it. Exit code 0, also when the pod ends meanwhile; 3 when none runs. Where
'dev' would show plain lines (no terminal, CI, NO_COLOR, TERM=dumb, a screen reader), so does 'attach'.

With NAME, what you type goes to that process, and its output comes as it is. If it has tty: true, each key goes to it as
it is typed, its terminal gets the size of this one, and Ctrl-] leaves it. Without a terminal it gets each line with
Enter, and Ctrl-C leaves it. It keeps running. Exit code 0, also when the process ends meanwhile; 1 when it has no input.

Examples:
  $ sidecarctl up --detach && sidecarctl attach
  $ sidecarctl attach --name blue
  $ sidecarctl attach repl
  $ sidecarctl attach --ui plain --timestamps`;
