import { Command, CommanderError } from 'commander';
import { VERSION } from '../build.ts';
import { printableLines } from '../report/printable.ts';
import type { CommandRunner } from './command-runner.ts';
import { addDev } from './commands/dev.ts';
import { addRun } from './commands/run.ts';
import { addUp } from './commands/up.ts';
import { USAGE_ERROR } from './exit-codes.ts';
import { ownStdout } from './own-stdout.ts';
import { write } from './print.ts';
import { reportCrash } from './report-crash.ts';
import { restHint } from './rest-hint.ts';
import { warn, writeError } from './warn.ts';

/** Returns the exit code, and leaves the process as it is. */
export const runCommandLine = (argv: readonly string[]): Promise<number> => {
  // Words after `--` belong to the user's command, whatever they look like.
  const at = argv.indexOf('--');
  const own = at === -1 ? argv : argv.slice(0, at);
  const rest = at === -1 ? null : argv.slice(at + 1);
  return carryOut(own, rest).catch(reportCrash);
};

const carryOut = async (own: readonly string[], rest: readonly string[] | null): Promise<number> => {
  const [name] = own;
  let exitCode = 0;
  const run: CommandRunner = async (work) => {
    exitCode = await work(rest);
  };
  try {
    const program = await createProgram(run, name);
    await program.parseAsync(own, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const hint = rest === null ? restHint(error, own) : null;
    if (hint !== null) warn(hint);
    return error.exitCode === 0 ? 0 : USAGE_ERROR;
  }
  return exitCode;
};

type AddCommand = (program: Command, run: CommandRunner) => void;

const steering = async (): Promise<AddCommand> => (await import('./commands/steer.ts')).addSteering;

const trusting = async (): Promise<AddCommand> => (await import('./commands/trust.ts')).addTrust;

/**
 * Commands in the order of the help. The commands that a start needs are bundled; each of the others is loaded when it
 * is called, so that its imports cost the rest nothing.
 */
const COMMANDS = new Map<string, () => Promise<AddCommand>>([
  ['dev', async () => addDev],
  ['up', async () => addUp],
  ['run', async () => addRun],
  ['down', async () => (await import('./commands/down.ts')).addDown],
  ['status', async () => (await import('./commands/status.ts')).addStatus],
  ['attach', async () => (await import('./commands/attach.ts')).addAttach],
  ['web', async () => (await import('./commands/web.ts')).addWeb],
  ['logs', async () => (await import('./commands/logs.ts')).addLogs],
  ['events', async () => (await import('./commands/events.ts')).addEvents],
  ['start', steering],
  ['stop', steering],
  ['restart', steering],
  ['send', async () => (await import('./commands/send.ts')).addSend],
  ['reload', async () => (await import('./commands/reload.ts')).addReload],
  ['wait', async () => (await import('./commands/wait.ts')).addWait],
  ['exec', async () => (await import('./commands/exec.ts')).addExec],
  ['env', async () => (await import('./commands/env.ts')).addEnv],
  ['why', async () => (await import('./commands/why.ts')).addWhy],
  ['init', async () => (await import('./commands/init.ts')).addInit],
  ['check', async () => (await import('./commands/check.ts')).addCheck],
  ['graph', async () => (await import('./commands/graph.ts')).addGraph],
  ['faults', async () => (await import('./commands/faults.ts')).addFaults],
  ['metrics', async () => (await import('./commands/metrics.ts')).addMetrics],
  ['traces', async () => (await import('./commands/traces.ts')).addTraces],
  ['export', async () => (await import('./commands/export.ts')).addExport],
  ['eject', async () => (await import('./commands/eject.ts')).addEject],
  ['trust', trusting],
  ['untrust', trusting],
  ['doctor', async () => (await import('./commands/doctor.ts')).addDoctor],
  ['completion', async () => (await import('./commands/completion.ts')).addCompletion],
  ['mcp', async () => (await import('./commands/mcp.ts')).addMcp],
]);

/** Creates all commands, or only a named one, because loading and describing the others takes time. */
export const createProgram = async (run: CommandRunner, name = ''): Promise<Command> => {
  const program = new Command('sidecarctl')
    .description('Run an app with its sidecars: start in order, wait for health, and stop together.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError("See 'sidecarctl --help'.")
    .exitOverride()
    .configureOutput({
      getOutHelpWidth: () => ownStdout().columns,
      writeOut: write,
      writeErr: (text) => writeError(printableLines(text)),
      outputError: (text, write) =>
        write(text.replace(/^error: (?:command-argument (?=value))?/, 'sidecarctl: ')),
    })
    .addHelpText('after', EXAMPLES);
  const named = COMMANDS.get(name);
  const loading = named === undefined ? [...new Set(COMMANDS.values())] : [named];
  for (const add of await Promise.all(loading.map((load) => load()))) add(program, run);
  for (const command of program.commands)
    command
      .exitOverride()
      .allowExcessArguments(false)
      .showHelpAfterError(`See 'sidecarctl ${command.name()} --help'.`);
  return program;
};

const EXAMPLES = `
Examples:
  $ sidecarctl dev                      run the pod of the nearest sidecars.config.ts
  $ sidecarctl dev -- --inspect         the same, with an argument for the app
  $ sidecarctl run -- npm test          the tests, with the sidecars up
  $ sidecarctl up --detach && sidecarctl logs -f
  $ sidecarctl check                    is the config right, are its ports free?
  $ sidecarctl graph --format mermaid   the start order as a diagram`;
