import type { Command } from 'commander';
import { processesNamed } from '../../control/client/resolve-name.ts';
import { logsOf } from '../../control/log-names.ts';
import { unknownProcessText } from '../../control/unknown-process.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { readEscapes } from '../escapes.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { namedHere } from '../name-command.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { warn } from '../warn.ts';

interface SendOptions extends PodOptions {
  readonly eof?: boolean;
}

export const addSend = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('send'))
    .description('write text to the stdin of a process')
    .argument(
      '<name>',
      'a process, an app (all instances of its primary), or a command beside a process (web.psql)',
    )
    .argument('[text]', 'the text, with escapes: \\n, \\r, \\t, \\b, \\e, \\0, \\\\, \\x03, \\u{1f600}')
    .option('--eof', 'end its stdin after the text')
    .addHelpText('after', EXAMPLES)
    .action((name: string, text: string | undefined, options: SendOptions, command: Command) =>
      run(refusingRest(command, () => send(name, text, options))),
    );
};

const send = async (name: string, written: string | undefined, options: SendOptions): Promise<number> => {
  const { eof = false } = options;
  if (written === undefined && !eof) {
    warn(`'send' needs a text or --eof, as in 'sidecarctl send ${name} "y\\n"'`);
    return USAGE_ERROR;
  }
  const unescaped = readEscapes(written ?? '');
  if (!unescaped.ok) {
    warn(`${unescaped.unknown} in the text is no escape; write \\\\ for a backslash`);
    return USAGE_ERROR;
  }
  return withPod(options, async (pod, record) => {
    const { processes } = pod.snapshot;
    const meant = logsOf(pod.snapshot).includes(name) ? [name] : processesNamed(processes, name);
    if (meant.length === 0) {
      warn(unknownProcessText([name], processes));
      return USAGE_ERROR;
    }
    for (const process of meant) {
      const outcome = await pod.request({ type: 'send', process, text: unescaped.text, eof });
      if (outcome.ok) continue;
      warn(namedHere(outcome.message, record));
      return POD_FAILED;
    }
    return 0;
  });
};

const EXAMPLES = `
The text is sent as it is: end it with \\n where the process reads lines. The command does not wait until the process has
read it; up to 1 MiB waits for a process that does not read. A process with stdin: 'null' and an init task get nothing.

Exit code: 0 if it was sent, 1 if the process gets no input, 2 for an unknown name, 3 if no pod is running.

Examples:
  $ sidecarctl send web 'rs\\n'
  $ sidecarctl send repl '\\x03'          Ctrl-C, for a process with tty: true
  $ sidecarctl send importer --eof`;
