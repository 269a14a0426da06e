import type { Command } from 'commander';
import type { PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';
import { originText } from '../../model/origin-text.ts';
import { duration } from '../../report/phrases.ts';
import { printable } from '../../report/printable.ts';
import { untold } from '../../report/wording.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { type Column, fitTable } from '../fit-table.ts';
import { wrapWords } from '../fit-text.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { answerWidth, type Paint, painter, STATE_COLORS } from '../paint.ts';
import { printJson, printRaw } from '../print.ts';

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
    else for (const line of describeStatus(snapshot, answerWidth(), painter(options))) printRaw(line);
    return 0;
  });

/** Describes a pod in lines of at most `width` columns. */
export const describeStatus = (snapshot: PodSnapshot, width: number, paint: Paint): readonly string[] => {
  const { name, pid, state, mode, startedAt, reason, ended, processes } = snapshot;
  const since = duration(Date.now() - startedAt);
  const head = `pod ${name}  ${state}${reason === null ? '' : ` (${reason})`}  ${mode}, pid ${pid}, for ${since}`;
  const over = ended.map(({ app, reason: why }) => `app ${app}  ended (${why})`);
  const table = { columns: COLUMNS, noteTitle: 'WHY', rows: processes.map(statusRow) };
  return [
    ...[head, ...over].flatMap((line) => wrapWords(printable(line), width)),
    ...fitTable(table, width, (cell, { state: of }, { title }) =>
      title === 'STATE' ? paint(cell, STATE_COLORS[of]) : cell,
    ),
  ];
};

const COLUMNS: readonly Column[] = [
  { title: 'NAME', rank: 0 },
  { title: 'ROLE', rank: 6 },
  { title: 'STATE', rank: 1 },
  { title: 'SINCE', rank: 2 },
  { title: 'PID', rank: 5 },
  { title: 'RESTARTS', rank: 3 },
  { title: 'PORTS', rank: 4 },
];

const statusRow = (process: ProcessSnapshot) => {
  const cells = [
    process.name,
    process.origin === null ? process.role : `${process.role}: ${originText(process.origin)}`,
    process.state,
    duration(Date.now() - process.since),
    process.pid === null ? '-' : String(process.pid),
    String(process.restarts),
    process.ports.map(({ name, host, port }) => `${name}=${host}:${port}`).join(',') || '-',
  ];
  const note = [
    process.why,
    nextRestart(process),
    process.cause === null ? null : untold(process.cause, process.why ?? ''),
    process.statusText,
    process.waitsForInput ? 'waits for input' : null,
  ]
    .filter((part) => part !== null)
    .join('; ');
  return { cells: cells.map(printable), note: printable(note), state: process.state };
};

const nextRestart = ({ restarts, retryAt }: ProcessSnapshot): string | null =>
  retryAt === null ? null : `restart ${restarts + 1} in ${duration(Math.max(0, retryAt - Date.now()))}`;

const EXAMPLES = `
Exit code 3 if no pod is running.

Examples:
  $ sidecarctl status
  $ sidecarctl status --json | jq -r '.processes[] | select(.state != "ready") | .name'`;
