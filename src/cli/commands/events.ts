import type { Command } from 'commander';
import { Connection } from '../../control/client/connection.ts';
import type { EventLine, MissedLine } from '../../control/protocol.ts';
import type { StateName } from '../../model/vocabulary.ts';
import { clockTime } from '../../report/clock-time.ts';
import { printable } from '../../report/printable.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { USAGE_ERROR } from '../exit-codes.ts';
import { wrapHanging } from '../fit-text.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, countOption, type PodOptions } from '../options.ts';
import { answerWidth, type Paint, painter, STATE_COLORS } from '../paint.ts';
import { printJson, printRaw } from '../print.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { warn } from '../warn.ts';

interface EventsOptions extends PodOptions {
  readonly follow?: boolean;
  readonly since: number;
  readonly json?: boolean;
}

export const addEvents = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('events'))
    .description('print what happened in the pod')
    .option('-f, --follow', 'keep following new events until the pod ends')
    .option('--since <seq>', 'only events after this number (default: all that are kept)', countOption, 0)
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', EXAMPLES)
    .action((options: EventsOptions, command: Command) => run(refusingRest(command, () => events(options))));
};

const events = (options: EventsOptions): Promise<number> =>
  withPod(options, async (_, record) => {
    const path = `events?since=${options.since}${options.follow === true ? '&follow=1' : ''}`;
    const [width, paint] = [answerWidth(), painter(options)];
    const show =
      options.json === true
        ? printJson
        : (line: Line) => printRaw(describeEvent(line, width, paint).join('\n'));
    const connection = new Connection(record.socket);
    const answer =
      options.follow === true
        ? await connection.follow(path, untilInterrupted(), show)
        : await connection.read(path, untilInterrupted(), show);
    if (answer.ok) return 0;
    // Only the number can be refused.
    warn(answer.message);
    return USAGE_ERROR;
  });

type Line = EventLine | MissedLine;

/** For example `10:00:00.123     4  redis ready -> backoff: exited with code 1`. */
export const describeEvent = (line: Line, width: number, paint: Paint): readonly string[] => {
  if (!isEvent(line)) return [`… ${line.count} events are no longer kept`];
  const { time, seq, state } = line;
  const when = `${clockTime(Date.parse(time))} ${String(seq).padStart(5)}  `;
  const [first = '', ...more] = wrapHanging(printable(when + whatHappened(line)), width, when.length);
  const color = typeof state === 'string' ? STATE_COLORS[state as StateName] : undefined;
  if (color === undefined || !first.includes(` ${state}`)) return [first, ...more];
  return [first.replace(` -> ${state}`, ` -> ${paint(String(state), color)}`), ...more];
};

const whatHappened = ({
  type,
  name,
  state,
  previous,
  reason,
  message,
  probe,
  ok,
  text,
}: EventLine): string => {
  const what = {
    pod: `pod ${state}`,
    process: `${name} ${previous} -> ${state}`,
    probe: `${name} ${probe} probe ${ok === true ? 'passed' : 'failed'}`,
  }[type];
  if (what === undefined && typeof text === 'string') return text;
  const why = reason ?? message ?? '';
  return `${what ?? type}${why === '' ? '' : `: ${why}`}`;
};

const isEvent = (line: Line): line is EventLine => line.type !== 'missed';

const EXAMPLES = `
Examples:
  $ sidecarctl events
  $ sidecarctl events -f --json | jq 'select(.type == "process")'
  $ sidecarctl events --since 120`;
