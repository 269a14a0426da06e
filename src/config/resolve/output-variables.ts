import type { Role } from '../../model/vocabulary.ts';

/** Python buffers its output to a pipe, and with it the line that a `log` probe waits for. */
const ASSUMED: Readonly<Record<string, string>> = { PYTHONUNBUFFERED: '1' };

/** A terminal without a name can do nothing; sidecarctl may have been started without one. */
export const assumedVariables = (tty: boolean): Readonly<Record<string, string>> =>
  tty ? { ...ASSUMED, TERM: 'xterm-256color' } : ASSUMED;

/** chalk and Node's styleText read FORCE_COLOR, most other programs CLICOLOR_FORCE. */
const FORCED: Readonly<Record<string, string>> = {
  FORCE_COLOR: '1',
  CLICOLOR_FORCE: '1',
  CARGO_TERM_COLOR: 'always',
};

/**
 * Colors are off for an init task, which is usually a script: the output that it captures from other programs must have
 * no colors. On a terminal, programs have them by themselves.
 */
export const colorVariables = (role: Role, tty: boolean): Readonly<Record<string, string>> =>
  role === 'init' || tty ? {} : FORCED;
