import type { Command } from 'commander';
import { VERSION } from '../../build.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import type { McpOptions } from '../mcp/serve.ts';
import { addPodOptions } from '../options.ts';

export const addMcp = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('mcp'))
    .description('serve the pod to a coding agent: the Model Context Protocol on stdin and stdout')
    .option('--allow-actions', 'let the agent restart processes too (default: it only reads)')
    .addHelpText('after', EXAMPLES)
    .action((options: McpOptions, command: Command) => run(refusingRest(command, () => mcp(options))));
};

const mcp = async (options: McpOptions): Promise<number> => {
  // Loaded late: the protocol's library is as large as everything else.
  const { serveMcp } = await import('../mcp/serve.ts');
  await serveMcp(options, VERSION);
  return 0;
};

const EXAMPLES = `
Tools: status, changes, logs, wait, why; with --allow-actions restart as well. Each call looks for the pod, so it may
start and stop in between. Every answer is limited in size.

Examples:
  $ sidecarctl mcp --allow-actions
  $ sidecarctl mcp -c fixtures/redis/sidecars.config.ts

In a client's settings:
  { "mcpServers": { "pod": { "command": "npx", "args": ["sidecarctl", "mcp"] } } }`;
