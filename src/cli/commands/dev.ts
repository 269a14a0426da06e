import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { addLocalOption, addRunOptions, type RunOptions } from '../options.ts';
import { runInForeground } from '../run-in-foreground.ts';

export const addDev = (program: Command, run: CommandRunner): void => {
  addLocalOption(addRunOptions(program.command('dev'), 'none'))
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

With -c, FILE can be a Kubernetes manifest or a Compose file, which then runs as it is, in containers. --local runs a shell
line of this machine in the place of one of its containers: with the container's variables on top of this machine's, its
files, volumes, ports and probes, and in the working directory, wherever FILE is.

Examples:
  $ sidecarctl dev
  $ sidecarctl dev --only redis,shipper
  $ sidecarctl dev --ui json | jq .type
  $ sidecarctl dev -- --port 4000
  $ sidecarctl dev -c k8s/pod.yaml
  $ sidecarctl dev -c k8s/pod.yaml --local app='node server.js'
  $ sidecarctl dev -c compose.yaml --local api='npm run dev' --local worker='npm run worker'`;
