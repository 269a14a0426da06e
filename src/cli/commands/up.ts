import { type Command, Option } from 'commander';
import type { Act } from '../act.ts';
import { addRunOptions, type RunOptions } from '../options.ts';
import { runInForeground } from '../run-in-foreground.ts';

interface UpOptions extends RunOptions {
  readonly detach?: boolean;
}

export const addUp = (program: Command, act: Act): void => {
  addRunOptions(program.command('up'), 'none; 60s with --detach')
    .description('run the pod without watching')
    .usage('[options] [-- ARGS...]')
    .option('-d, --detach', 'return when the primary is ready; the pod runs on until it ends or is stopped')
    .addOption(new Option('--detached').hideHelp())
    .showHelpAfterError("What is for the app stands after '--', as in 'sidecarctl up -- --port 4000'.")
    .addHelpText('after', EXAMPLES)
    .action((options: UpOptions) => act((rest) => up(options, rest ?? [])));
};

const up = async (options: UpOptions, primaryArgs: readonly string[]): Promise<number> => {
  if (options.detach !== true)
    return runInForeground({ mode: 'up', options, primaryArgs, defaultTimeout: null });
  const { runDetached } = await import('../run-detached.ts');
  return runDetached(options, primaryArgs);
};

const EXAMPLES = `
With --detach the output is read with 'sidecarctl logs', and the pod is stopped with 'sidecarctl down'.

Examples:
  $ sidecarctl up
  $ sidecarctl up --start-timeout 30s --ui plain
  $ sidecarctl up --detach && npm test; sidecarctl down`;
