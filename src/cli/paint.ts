import { isatty } from 'node:tty';
import type { StateName } from '../model/vocabulary.ts';
import { ownStdout } from './own-stdout.ts';
import { wantsColor } from './terminal.ts';

/** Green: as it should be. Red: failed. Yellow: on its way. Dim: down, or of less interest. */
export type Color = 'green' | 'red' | 'yellow' | 'dim';

/** Colors text that is safe to print. */
export type Paint = (text: string, color: Color) => string;

const CODES: Readonly<Record<Color, number>> = { green: 32, red: 31, yellow: 33, dim: 2 };

/** Colors an answer on stdout, if it goes to a terminal that shows colors, or they are forced. */
export const painter = ({ color }: { readonly color: boolean }): Paint =>
  wantsColor(1, color) ? (text, name) => `\u001b[${CODES[name]}m${text}\u001b[0m` : (text) => text;

/** The same colors as in the dashboard. The word of the state tells as much. */
export const STATE_COLORS: Readonly<Record<StateName, Color>> = {
  pending: 'yellow',
  starting: 'yellow',
  running: 'yellow',
  ready: 'green',
  backoff: 'red',
  stopping: 'yellow',
  completed: 'green',
  failed: 'red',
  stopped: 'dim',
};

/** Columns of the terminal that an answer goes to; in a pipe or file, lines have no limit. */
export const answerWidth = (): number =>
  isatty(1) ? ownStdout().columns || Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
