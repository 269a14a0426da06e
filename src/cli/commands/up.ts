import { type Command, Option } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { addLocalOption, addRunOptions, type RunOptions } from '../options.ts';
import { runInForeground } from '../run-in-foreground.ts';

interface UpOptions extends RunOptions {
  readonly detach?: boolean;
}

export const addUp = (program: Command, run: CommandRunner): void => {
  addLocalOption(addRunOptions(program.command('up'), 'none; 60s with --detach'))
    .description('run the pod in the foreground, without watching')
    .usage('[options] [-- ARGS...]')
    .option('-d, --detach', 'return when the primary is ready; the pod keeps running in the background')
    .addOption(new Option('--detached').hideHelp())
    .showHelpAfterError("Put arguments for the app after '--', as in 'sidecarctl up -- --port 4000'.")
    .addHelpText('after', EXAMPLES)
    .action((options: UpOptions) => run((rest) => up(options, rest ?? [])));
};

const up = async (options: UpOptions, primaryArgs: readonly string[]): Promise<number> => {
  if (options.detach !== true)
    return runInForeground({ mode: 'up', options, primaryArgs, defaultTimeout: null });
  const { runDetached } = await import('../run-detached.ts');
  return runDetached(options, primaryArgs);
};

const EXAMPLES = `
With --detach, read the output with 'sidecarctl logs', and stop the pod with 'sidecarctl down'.

Examples:
  $ sidecarctl up
  $ sidecarctl up --start-timeout 30s --ui plain --timestamps
  $ sidecarctl up --detach && npm test; sidecarctl down
  $ sidecarctl up --detach -c k8s/pod.yaml --local app='node server.js'`;
