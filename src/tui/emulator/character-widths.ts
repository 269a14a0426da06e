import type { IUnicodeVersionProvider } from '@xterm/headless';
import { widthOf } from '../text/width.ts';

const FIRST_NOT_ASCII = 0x7f;

/**
 * Widths of characters as the dashboard counts them when it draws. The emulator's own are of Unicode 6, in which an
 * emoji takes one column.
 */
export class CharacterWidths implements IUnicodeVersionProvider {
  readonly version = 'dashboard';
  readonly #known = new Map<number, 0 | 1 | 2>();

  wcwidth(code: number): 0 | 1 | 2 {
    if (code < FIRST_NOT_ASCII) return code < 0x20 ? 0 : 1;
    const known = this.#known.get(code);
    if (known !== undefined) return known;
    const width = Math.min(2, widthOf(String.fromCodePoint(code))) as 0 | 1 | 2;
    this.#known.set(code, width);
    return width;
  }

  /** Packed as the emulator wants it: the lowest bit says that the character joins the one before it. */
  charProperties(code: number, preceding: number): number {
    const width = this.wcwidth(code);
    const before = (preceding >> 1) & 3;
    const joins = width === 0 && before > 0;
    return ((joins ? before : width) << 1) | (joins ? 1 : 0);
  }
}
