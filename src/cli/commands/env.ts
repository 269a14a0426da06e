import type { Command } from 'commander';
import { wordsText } from '../../report/command-text.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { ownStdout } from '../own-stdout.ts';
import { print, printJson, printRaw } from '../print.ts';
import { detailsOf } from '../process-details.ts';

interface EnvOptions extends PodOptions {
  readonly reveal?: boolean;
  readonly json?: boolean;
}

export const addEnv = (program: Command, run: CommandRunner): void => {
  const command = addPodOptions(program.command('env'))
    .description('print the environment of a process, as of its newest launch')
    .argument('<name>', 'process')
    .option('--reveal', 'show the values of secrets instead of masking them')
    .option('--json', 'print one JSON object; a masked value is null')
    .addHelpText('after', EXAMPLES);
  command.action((name: string, options: EnvOptions) => run(refusingRest(command, () => env(name, options))));
};

const env = (name: string, { reveal = false, json = false, ...options }: EnvOptions): Promise<number> =>
  withPod(options, async (pod) => {
    const details = await detailsOf(pod, name);
    if (!details.ok) return details.exitCode;
    const shown = details.value.env.map((variable) => ({
      name: variable.name,
      value: variable.isSecret && !reveal ? null : variable.value,
      providedBy: variable.providedBy,
    }));
    // A shell reads the output in a file; on a terminal it must be safe to print.
    const show = ownStdout().isTTY ? print : printRaw;
    if (json) printJson(Object.fromEntries(shown.map((variable) => [variable.name, variable.value])));
    else
      for (const { name: variable, value, providedBy } of shown) {
        if (providedBy !== undefined) show(`# ${variable} is provided by ${providedBy}`);
        show(`${variable}=${value === null ? '***' : wordsText([value])}`);
      }
    return 0;
  });

const EXAMPLES = `
Examples:
  $ sidecarctl env web
  $ sidecarctl env web --reveal > web.env
  $ sidecarctl env web --json | jq -r .DATABASE_HOST`;
