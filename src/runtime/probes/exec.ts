import { stripVTControlCharacters } from 'node:util';
import type { CommandSpec } from '../../model/pod-spec.ts';
import { type CommandOptions, type CommandResult, runCommand } from '../launch/run-command.ts';
import { failed, type ProbeAttempt, passed } from './probe-attempt.ts';

type ExecContext = Omit<CommandOptions, 'command' | 'timeout'>;

/** Long enough for a stack trace's first line, short enough for one row of a status table. */
const LINE_LIMIT = 200;

/** Success: the command exits 0. Only the context's signal cuts it off; its process tree is killed then. */
export const attemptExec = async (command: CommandSpec, context: ExecContext): Promise<ProbeAttempt> =>
  toAttempt(await runCommand({ ...context, command, timeout: null }));

const toAttempt = (result: CommandResult): ProbeAttempt => {
  switch (result.kind) {
    case 'exited':
      return result.exitCode === 0
        ? passed('exit code 0')
        : failed(withLastLine(`exit code ${result.exitCode}`, result));
    case 'signalled':
      return failed(withLastLine(`killed by ${result.signal}`, result));
    case 'not-started':
      return failed(result.message);
    case 'timeout':
      return failed(`timed out after ${result.after}ms`);
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
