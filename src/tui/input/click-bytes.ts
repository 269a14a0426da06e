import type { ProgramModes } from '../emulator/emulator.ts';
import type { Cell } from '../state/ui-state.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: a report begins with Escape.
const REPORT = /^\u001b\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])$/;
/** Added to the code of a move with a button held. */
const MOVES = 32;
/** The old form has one byte for a column, to which 32 is added. */
const MOST_OF_OLD_FORM = 255 - 32;

/**
 * A click on the screen as a program wants it that shows a part of the screen. `toCell` returns its cell for one of the
 * screen, or null if that shows something else. Empty: the program gets nothing.
 */
export const clickBytes = (
  report: string,
  { mouse, isSgrMouse }: ProgramModes,
  toCell: (cell: Cell) => Cell | null,
): string => {
  const [code = 0, column = 0, row = 0] = REPORT.exec(report)?.slice(1, 4).map(Number) ?? [];
  const isMove = (code & MOVES) !== 0;
  if (column === 0 || mouse === 'none' || mouse === 'x10' || (isMove && mouse === 'vt200')) return '';
  const cell = toCell({ column: column - 1, row: row - 1 });
  if (cell === null) return '';
  const isRelease = report.endsWith('m');
  if (isSgrMouse) return `\u001b[<${code};${cell.column + 1};${cell.row + 1}${isRelease ? 'm' : 'M'}`;
  return oldForm(isRelease ? code | 3 : code, cell);
};

const oldForm = (code: number, { column, row }: Cell): string =>
  Math.max(column, row) + 1 > MOST_OF_OLD_FORM
    ? ''
    : `\u001b[M${String.fromCharCode(code + 32, column + 33, row + 33)}`;
