import { Command, CommanderError } from 'commander';
import type { Act } from './act.ts';
import { addAttach } from './commands/attach.ts';
import { addCheck } from './commands/check.ts';
import { addCompletion } from './commands/completion.ts';
import { addDev } from './commands/dev.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDown } from './commands/down.ts';
import { addEnv } from './commands/env.ts';
import { addEvents } from './commands/events.ts';
import { addExec } from './commands/exec.ts';
import { addGraph } from './commands/graph.ts';
import { addInit } from './commands/init.ts';
import { addLogs } from './commands/logs.ts';
import { addMcp } from './commands/mcp.ts';
import { addReload } from './commands/reload.ts';
import { addRun } from './commands/run.ts';
import { addStatus } from './commands/status.ts';
import { addSteering } from './commands/steer.ts';
import { addUp } from './commands/up.ts';
import { addWait } from './commands/wait.ts';
import { addWhy } from './commands/why.ts';
import { USAGE_ERROR } from './exit-codes.ts';
import { flush } from './terminal.ts';

declare const SIDECARCTL_VERSION: string;

/** Runs the command line and ends the process with its exit code. */
export const main = async (argv: readonly string[]): Promise<void> => {
  // What stands after `--` belongs to the user's command, whatever it looks like.
  const at = argv.indexOf('--');
  const own = at === -1 ? argv : argv.slice(0, at);
  const rest = at === -1 ? null : argv.slice(at + 1);
  const exitCode = await carryOut(own, rest);
  await Promise.all([flush('stdout'), flush('stderr')]);
  process.exit(exitCode);
};

const carryOut = async (own: readonly string[], rest: readonly string[] | null): Promise<number> => {
  const [name] = own;
  let exitCode = 0;
  const act: Act = async (work) => {
    exitCode = await work(rest);
  };
  try {
    await createProgram(act, name).parseAsync(own, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE_ERROR;
  }
  return exitCode;
};

/** In the order of the help. */
const COMMANDS = new Map([
  ['dev', addDev],
  ['up', addUp],
  ['run', addRun],
  ['down', addDown],
  ['status', addStatus],
  ['attach', addAttach],
  ['logs', addLogs],
  ['events', addEvents],
  ['start', addSteering],
  ['stop', addSteering],
  ['restart', addSteering],
  ['reload', addReload],
  ['wait', addWait],
  ['exec', addExec],
  ['env', addEnv],
  ['why', addWhy],
  ['init', addInit],
  ['check', addCheck],
  ['graph', addGraph],
  ['doctor', addDoctor],
  ['completion', addCompletion],
  ['mcp', addMcp],
]);

/** All commands as they are defined; one that is named alone, as describing the others takes time. */
export const createProgram = (act: Act, name = ''): Command => {
  const program = new Command('sidecarctl')
    .description('Runs an app with its sidecars: in order, gated on health, and gone together.')
    .version(SIDECARCTL_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError("See 'sidecarctl --help'.")
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  const named = COMMANDS.get(name);
  for (const add of named === undefined ? new Set(COMMANDS.values()) : [named]) add(program, act);
  for (const command of program.commands) command.exitOverride().allowExcessArguments(false);
  return program;
};

const EXAMPLES = `
Examples:
  $ sidecarctl dev                      run the pod of the nearest sidecars.config.ts
  $ sidecarctl dev -- --inspect         the same, with an argument for the app
  $ sidecarctl run -- npm test          the tests, with the sidecars up
  $ sidecarctl up --detach && sidecarctl logs -f
  $ sidecarctl check                    is the config right, are its ports free?
  $ sidecarctl graph --format mermaid   the start order, as a picture`;
