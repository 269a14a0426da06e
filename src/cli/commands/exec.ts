import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { ProcessDetails } from '../../control/pod-client.ts';
import { sendSignal } from '../../runtime/process-tree/send-signal.ts';
import type { CommandRunner } from '../command-runner.ts';
import { USAGE_ERROR } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { detailsOf } from '../process-details.ts';
import { warn } from '../warn.ts';

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export const addExec = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('exec'))
    .description('run a command with the environment of a process, in its working directory')
    .usage('[options] <name> -- COMMAND...')
    .argument('<name>', 'process')
    .addHelpText('after', EXAMPLES)
    .action((name: string, options: PodOptions) => run((rest) => exec(name, rest ?? [], options)));
};

const exec = async (name: string, command: readonly string[], options: PodOptions): Promise<number> => {
  const [file, ...args] = command;
  if (file === undefined) {
    warn(`'exec' needs a command after '--', as in 'sidecarctl exec ${name} -- env'`);
    return USAGE_ERROR;
  }
  let found: ProcessDetails | null = null;
  const failed = await withPod(options, async (pod) => {
    const details = await detailsOf(pod, name);
    if (details.ok) found = details.value;
    return details.ok ? 0 : details.exitCode;
  });
  return found === null ? failed : runToEnd(file, args, found);
};

/** Runs the command in our own process group: it gets the terminal's signals, and its exit is ours. */
const runToEnd = async (
  file: string,
  args: readonly string[],
  { cwd, env, enter }: ProcessDetails,
): Promise<number> => {
  // A descriptor of this number means something else here, and the command checks by itself whether it writes to a
  // terminal.
  const variables = env
    .filter(({ name, forcesColor }) => name !== 'NOTIFY_FD' && forcesColor !== true)
    .map(({ name, value }) => [name, value]);
  const [program = file, ...words] = [...onTerminal(enter), file, ...args];
  // Loaded late: the help and completion load every command, and execa takes 12 ms.
  const { execa } = await import('execa');
  const signal = (name: NodeJS.Signals) => signalCommand(child, name, waitsForCommand(enter));
  // The handlers come first: the command may run, and somebody may end it, before execa() returns.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => undefined);
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, () => signal(name));
  const child = execa(program, words, {
    cwd,
    env: Object.fromEntries(variables),
    extendEnv: false,
    stdio: 'inherit',
    reject: false,
    cleanup: false,
    forceKillAfterDelay: false,
  });
  const { exitCode, signal: endedBy, code, originalMessage } = await child;
  if (exitCode !== undefined) return exitCode;
  if (endedBy !== undefined) return 128 + constants.signals[endedBy];
  const isMissing = code === 'ENOENT';
  warn(isMissing ? `command not found: ${file} (in ${cwd})` : `cannot start ${file}: ${originalMessage}`);
  return isMissing ? NOT_FOUND : NOT_EXECUTABLE;
};

/** A command in a container has a terminal only if its engine is asked for one. */
const onTerminal = (enter: readonly string[]): readonly string[] => {
  const isOnTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return enter.flatMap((word) => (isOnTerminal && word === '--interactive' ? [word, '--tty'] : [word]));
};

/**
 * The program that enters a pid namespace stays outside itself, ignores SIGTERM, and waits for the command, its only
 * child.
 */
const waitsForCommand = ([program]: readonly string[]): boolean =>
  program !== undefined && basename(program) === 'nsenter';

interface Signalled {
  readonly pid?: number;
  kill(signal: NodeJS.Signals): boolean;
}

const signalCommand = (child: Signalled, name: NodeJS.Signals, isWaiting: boolean): void => {
  const inside = isWaiting ? childrenOf(child.pid ?? 0) : [];
  if (inside.length === 0) child.kill(name);
  for (const pid of inside) sendSignal(pid, name);
};

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

const EXAMPLES = `
The exit code is the command's, 127 if it is not found, or 126 if it cannot be run.

Examples:
  $ sidecarctl exec web -- npm run migrate
  $ sidecarctl exec redis -- sh -c 'redis-cli -p $PORT info'`;
