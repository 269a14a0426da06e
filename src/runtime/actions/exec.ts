import { stripVTControlCharacters } from 'node:util';
import type { CommandSpec } from '../../model/pod-spec.ts';
import type { CommandOptions, CommandResult, RunCommand } from '../engines/command.ts';
import { type ActionResult, failed, passed } from './action-result.ts';

export interface ExecContext extends CommandOptions {
  readonly run: RunCommand;
}

/** Long enough for the first line of a stack trace, and short enough for a row of a status table. */
const LINE_LIMIT = 200;

/** Succeeds when the command exits with 0. */
export const execCommand = async (
  command: CommandSpec,
  { run, ...options }: ExecContext,
): Promise<ActionResult> => toActionResult(await run(command, options));

const toActionResult = (result: CommandResult): ActionResult => {
  switch (result.kind) {
    case 'exited':
      return result.exitCode === 0
        ? passed({ kind: 'exited', code: 0, lastLine: '' })
        : failed({ kind: 'exited', code: result.exitCode, lastLine: lastLineOf(result) });
    case 'signalled':
      return failed({ kind: 'killed', signal: result.signal, lastLine: lastLineOf(result) });
    case 'not-started':
      return failed({ kind: 'not-started', failure: result.failure });
    case 'aborted':
      return failed({ kind: 'aborted' });
    default:
      return result satisfies never;
  }
};

const lastLineOf = ({ output }: CommandResult): string => {
  const lines = stripVTControlCharacters(output)
    .trimEnd()
    .split(/[\r\n]/);
  return lines.at(-1)?.trim().slice(0, LINE_LIMIT) ?? '';
};
