import { once } from 'node:events';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions } from '../options.ts';
import type { WebOptions } from '../serve-web.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export const addWeb = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('web'))
    .description('show the running pod in a browser: processes, output, traces and metrics')
    .option('--port <number>', 'port on 127.0.0.1 (default: a free one)', portOption)
    .option('--open', 'open the page in the browser')
    .addHelpText('after', EXAMPLES)
    .action((options: WebOptions, command: Command) => run(refusingRest(command, () => web(options))));
};

const portOption = (text: string): number => {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 1 to 65535.');
};

const web = (options: WebOptions): Promise<number> =>
  withPod(options, async (pod, record) => {
    const interrupted = once(untilInterrupted(), 'abort').then(() => undefined);
    // Loaded late: the other commands need no web server.
    const { serveWeb } = await import('../serve-web.ts');
    return serveWeb(pod, record.socket, options, interrupted);
  });

const EXAMPLES = `
It prints the address of the page, and serves it until Ctrl-C or the end of the pod. Only this machine can reach it. The
address has a token, which is all that a reader needs: do not pass it on. It is new each time.

Exit code: 0 after Ctrl-C and when the pod has ended, 1 if it cannot listen on the port, 3 if no pod is running.

Examples:
  $ sidecarctl web
  $ sidecarctl web --open
  $ sidecarctl web --port 8010 --name blue`;
