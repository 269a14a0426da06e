import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { addRunOptions, type RunOptions } from '../options.ts';
import { runInForeground } from '../run-in-foreground.ts';

export const addDev = (program: Command, run: CommandRunner): void => {
  addRunOptions(program.command('dev'), 'none')
    .description('run the pod in the foreground, watching files and the config')
    .usage('[options] [-- ARGS...]')
    .option('--no-watch', 'do not watch files and the config')
    .showHelpAfterError("Put arguments for the app after '--', as in 'sidecarctl dev -- --port 4000'.")
    .addHelpText('after', EXAMPLES)
    .action((options: RunOptions) =>
      run((rest) => runInForeground({ mode: 'dev', options, primaryArgs: rest ?? [], defaultTimeout: null })),
    );
};

const EXAMPLES = `
ARGS are appended to the primary's command. They cannot be appended to a shell line that ends in a comment, an operator
or a group.

Examples:
  $ sidecarctl dev
  $ sidecarctl dev --only redis,shipper
  $ sidecarctl dev --ui json | jq .type
  $ sidecarctl dev -- --port 4000`;
