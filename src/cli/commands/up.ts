import type { Command } from 'commander';
import type { Act } from '../act.ts';
import { complain } from '../complain.ts';
import { USAGE_ERROR } from '../exit-codes.ts';
import { addRunOptions, type RunOptions } from '../options.ts';
import { runInForeground } from '../run-in-foreground.ts';

interface UpOptions extends RunOptions {
  readonly detach?: boolean;
}

export const addUp = (program: Command, act: Act): void => {
  addRunOptions(program.command('up'), 'none')
    .description('run the pod without watching')
    .usage('[options] [-- ARGS...]')
    .option('-d, --detach', 'return when the primary is ready (not supported yet)')
    .showHelpAfterError("What is for the app stands after '--', as in 'sidecarctl up -- --port 4000'.")
    .addHelpText('after', EXAMPLES)
    .action((options: UpOptions) => act((rest) => up(options, rest ?? [])));
};

const up = async (options: UpOptions, primaryArgs: readonly string[]): Promise<number> => {
  if (options.detach === true) {
    complain("'up --detach' is not supported yet; 'up' runs in the foreground");
    return USAGE_ERROR;
  }
  return runInForeground({ mode: 'up', options, primaryArgs, defaultTimeout: null });
};

const EXAMPLES = `
Examples:
  $ sidecarctl up
  $ sidecarctl up --start-timeout 30s --ui plain`;
