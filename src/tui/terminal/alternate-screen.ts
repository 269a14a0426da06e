import type { Cell } from '../state/ui-state.ts';
import type { AsyncTty } from './async-tty.ts';
import { RowWriter } from './row-writer.ts';
import type { TerminalKeys } from './terminal-keys.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?1049l\u001b[?25h';

const HIDE_CURSOR = '\u001b[?25l';

const showCursorAt = ({ column, row }: Cell): string => `\u001b[${row + 1};${column + 1}H\u001b[?25h`;

interface ScreenOptions {
  readonly tty: AsyncTty;
  readonly input: TerminalKeys;
  readonly onKeys: (keys: readonly string[]) => void;
  readonly onPaste: (text: string) => void;
  /** Called when reading keys has failed. */
  readonly onError: (error: Error) => void;
}

/**
 * The alternate screen of the terminal. Ink reads the keys, and is loaded once the first rows are on the screen. It does
 * not draw: the rows come cut to the width, and for the same picture its layout takes eight times as long.
 */
export class AlternateScreen {
  readonly #options: ScreenOptions;
  readonly #writer = new RowWriter();
  readonly #forget = (): void => this.#writer.forget();
  #stopReading: () => void;
  #cursor = HIDE_CURSOR;

  constructor(rows: readonly string[], options: ScreenOptions) {
    const { tty, input } = options;
    this.#options = options;
    tty.on('resize', this.#forget);
    // What is typed from now on waits for Ink. It would be echoed, and Ctrl-Z would stop the process at once.
    input.setRawMode(true);
    this.#stopReading = () => void input.setRawMode(false);
    tty.write(ENTER);
    this.draw(rows, null);
    this.#readKeys().catch(options.onError);
  }

  /** `cursor`: where it is shown, or null. */
  draw(rows: readonly string[], cursor: Cell | null): void {
    const changes = this.#writer.write(rows);
    const place = cursor === null ? HIDE_CURSOR : showCursorAt(cursor);
    // Rows that are written move it.
    const moves = place !== this.#cursor || (changes !== '' && cursor !== null);
    this.#cursor = place;
    if (changes !== '' || moves) this.#options.tty.write(`${changes}${moves ? place : ''}`);
  }

  /** Returns to the normal screen, with its cursor and its modes. */
  leave(): void {
    const { tty } = this.#options;
    tty.off('resize', this.#forget);
    this.#stopReading();
    this.#stopReading = () => undefined;
    tty.write(LEAVE);
  }

  async #readKeys(): Promise<void> {
    const wasReading = this.#stopReading;
    const { readKeys } = await import('./ink-keys.ts');
    if (this.#stopReading !== wasReading) return;
    const keys = readKeys(this.#options);
    this.#stopReading = keys.stop;
    await keys.ended;
  }
}
