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
        ? passed('exit code 0')
        : failed(withLastLine(`exit code ${result.exitCode}`, result));
    case 'signalled':
      return failed(withLastLine(`killed by ${result.signal}`, result));
    case 'not-started':
      return { ok: false, finding: { kind: 'not-started', failure: result.failure } };
    case 'aborted':
      return failed('aborted');
    default:
      return result satisfies never;
  }
};

const withLastLine = (what: string, { output }: CommandResult): string => {
  const line =
    stripVTControlCharacters(output)
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1)
      ?.trim() ?? '';
  return line === '' ? what : `${what}: ${line.slice(0, LINE_LIMIT)}`;
};
