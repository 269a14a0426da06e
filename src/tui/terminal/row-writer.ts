import { RESET } from '../text/sgr.ts';
import { isPlain } from '../text/width.ts';

/**
 * The terminal shows all of a frame at once. A row that it finds wider than was measured loses its end and does not
 * continue in the next row.
 */
const FRAME_BEGINS = '\u001b[?2026h\u001b[?7l';
const FRAME_ENDS = '\u001b[?7h\u001b[?2026l';
const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

/** Styles and links. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins a sequence.
const SEQUENCE = /\u001b(?:\[[\d;]*m|\]8;[^\u001b]*\u001b\\)/g;

/** Finds what has to be written to turn the rows on the screen into others. */
export class RowWriter {
  #shown: readonly string[] = [];

  /** The screen may show anything: the next rows are written whole. */
  forget(): void {
    this.#shown = [];
  }

  /** `rows`: already cut to the width, each style ended by a reset. Returns '' if the screen shows them already. */
  write(rows: readonly string[]): string {
    const next = rows.map((row) => row.trimEnd());
    const written = next.map((row, at) => this.#changeOf(row, at)).join('');
    const isShorter = next.length < this.#shown.length;
    this.#shown = next;
    if (written === '' && !isShorter) return '';
    const rest = isShorter ? `${cursorTo(next.length, 0)}${ERASE_BELOW}` : '';
    return `${FRAME_BEGINS}${written}${rest}${FRAME_ENDS}`;
  }

  #changeOf(row: string, at: number): string {
    const shown = this.#shown[at];
    if (row === shown) return '';
    const from = shown === undefined ? 0 : unchangedLength(shown, row);
    // Erased first: behind the last column, erasing would take the last character.
    return `${cursorTo(at, textOf(row.slice(0, from)).length)}${ERASE_LINE}${row.slice(from)}`;
  }
}

const cursorTo = (row: number, column: number): string => `\u001b[${row + 1};${column + 1}H`;

const textOf = (row: string): string => row.replaceAll(SEQUENCE, '');

/** Length of the beginning that stays: plain text up to a reset, behind which neither row continues a character. */
const unchangedLength = (shown: string, row: string): number => {
  let common = 0;
  while (common < row.length && row[common] === shown[common]) common += 1;
  const reset = common < RESET.length ? -1 : row.lastIndexOf(RESET, common - RESET.length);
  if (reset === -1) return 0;
  const from = reset + RESET.length;
  const isBoundary = [shown, row].every((each) => isPlain(textOf(each.slice(from)).charAt(0)));
  return isBoundary && isPlain(textOf(row.slice(0, from))) ? from : 0;
};
