import type { Role } from '../../model/vocabulary.ts';

/** Python holds back what it writes into a pipe, and with it the line that a `log` probe waits for. */
export const assumedVariables: Readonly<Record<string, string>> = { PYTHONUNBUFFERED: '1' };

/** chalk and Node's styleText read FORCE_COLOR, most others CLICOLOR_FORCE. */
const FORCED: Readonly<Record<string, string>> = {
  FORCE_COLOR: '1',
  CLICOLOR_FORCE: '1',
  CARGO_TERM_COLOR: 'always',
};

/** An init task is a script as a rule: what it captures from the programs it calls must be without colors. */
export const colorVariables = (role: Role): Readonly<Record<string, string>> =>
  role === 'init' ? {} : FORCED;
