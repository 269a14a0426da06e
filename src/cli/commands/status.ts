import type { Command } from 'commander';
import type { PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';
import { duration } from '../../report/phrases.ts';
import { printable } from '../../report/printable.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { print, printJson, table } from '../print.ts';

interface StatusOptions extends PodOptions {
  readonly json?: boolean;
}

export const addStatus = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('status'))
    .description("show every process's state, and why")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: StatusOptions, command: Command) => run(refusingRest(command, () => status(options))));
};

const status = (options: StatusOptions): Promise<number> =>
  withPod(options, async ({ snapshot }) => {
    if (options.json === true) printJson(snapshot);
    else print(describeStatus(snapshot));
    return 0;
  });

const describeStatus = (snapshot: PodSnapshot): string => {
  const { name, pid, state, mode, startedAt, reason, ended, processes } = snapshot;
  const since = duration(Date.now() - startedAt);
  const head = `pod ${printable(name)}  ${state}${reason === null ? '' : ` (${reason})`}  ${mode}, pid ${pid}, for ${since}`;
  const over = ended.map(({ app, reason: why }) => `app ${app}  ended (${why})`);
  const rows = processes.map(statusRow);
  const columns = ['NAME', 'ROLE', 'STATE', 'SINCE', 'PID', 'RESTARTS', 'PORTS', 'WHY'];
  return [head, ...over, table([columns, ...rows])].join('\n');
};

const statusRow = (process: ProcessSnapshot): readonly string[] => [
  process.name,
  process.role,
  process.state,
  duration(Date.now() - process.since),
  process.pid === null ? '-' : String(process.pid),
  String(process.restarts),
  process.ports.map(({ name, host, port }) => `${name}=${host}:${port}`).join(',') || '-',
  [process.why, process.cause].filter((part) => part !== null).join('; '),
];

const EXAMPLES = `
Exit code 3 if no pod is running.

Examples:
  $ sidecarctl status
  $ sidecarctl status --json | jq -r '.processes[] | select(.state != "ready") | .name'`;
