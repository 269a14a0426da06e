import type { MouseAction } from '../state/reduce-mouse.ts';

/**
 * Asks for reports of buttons, of the wheel and of moves with a button held, in today's form. A terminal that knows only
 * the old form reports in that.
 */
export const TAKE_MOUSE = '\u001b[?1000h\u001b[?1002h\u001b[?1006h';

/** Leaves the mouse to the terminal. */
export const GIVE_MOUSE = '\u001b[?1006l\u001b[?1002l\u001b[?1000l';

/** Asks the terminal how it is (DSR), which every terminal answers: it is well. */
export const ASK_STATUS = '\u001b[5n';
export const STATUS = '\u001b[0n';

// biome-ignore lint/suspicious/noControlCharactersInRegex: a report begins with Escape.
const TODAYS_FORM = /^\u001b\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a report begins with Escape.
const OLD_FORM = /^\u001b\[M([\s\S])([\s\S])([\s\S])$/;

/** Reads a report of the terminal; null for one that is not of the mouse, or of other buttons. */
export const mouseAction = (report: string): MouseAction | null => {
  const [code, column, row, end] = TODAYS_FORM.exec(report)?.slice(1) ?? [];
  if (code !== undefined) return actionAt(typeOf(Number(code), end === 'm'), Number(column), Number(row));
  const [old = -1, oldColumn, oldRow] = OLD_FORM.exec(report)?.slice(1).map(numberOf) ?? [];
  return actionAt((old & ~HELD_KEYS) === RELEASE ? 'release' : typeOf(old, false), oldColumn, oldRow);
};

/** A character of the old form stands for a number, to which 32 is added. */
const numberOf = (character: string): number => character.charCodeAt(0) - 32;

/** In the old form a release does not tell which button it was. */
const RELEASE = 3;
/** Added to a code for Shift, Alt and Ctrl. */
const HELD_KEYS = 4 + 8 + 16;

const typeOf = (code: number, isRelease: boolean): MouseAction['type'] | null => {
  switch (code & ~HELD_KEYS) {
    case 0:
      return isRelease ? 'release' : 'press';
    case 32:
      return 'drag';
    case 64:
      return 'wheel-up';
    case 65:
      return 'wheel-down';
    default:
      return null;
  }
};

const actionAt = (type: MouseAction['type'] | null, column = 0, row = 0): MouseAction | null =>
  type === null || column < 1 || row < 1 ? null : { type, column: column - 1, row: row - 1 };
