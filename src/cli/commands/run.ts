import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { USAGE_ERROR } from '../exit-codes.ts';
import { addRunOptions, type RunOptions } from '../options.ts';
import { runInForeground } from '../run-in-foreground.ts';
import { warn } from '../warn.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

export const addRun = (program: Command, run: CommandRunner): void => {
  addRunOptions(program.command('run'), '60s')
    .description("run a command as the pod's primary, with the primary's wiring")
    .usage('[options] -- COMMAND...')
    .addHelpText('after', EXAMPLES)
    .action((options: RunOptions) => run((rest) => runGiven(options, rest ?? [])));
};

const runGiven = async (options: RunOptions, primaryCommand: readonly string[]): Promise<number> => {
  if (primaryCommand.length === 0) {
    warn("'run' needs a command after '--', as in 'sidecarctl run -- npm test'");
    return USAGE_ERROR;
  }
  return runInForeground({ mode: 'run', options, primaryCommand, defaultTimeout: DEFAULT_TIMEOUT_MS });
};

const EXAMPLES = `
COMMAND has stdin, stdout, stderr and the terminal to itself, and its exit code is that of 'run'. Messages of sidecarctl
go to stderr. With --ui, COMMAND is shown like any other process instead.

Examples:
  $ sidecarctl run -- npm test
  $ pg_dump shop | sidecarctl run -- sh -c 'psql "$DATABASE_URL"'
  $ sidecarctl run --only redis -- redis-cli info`;
