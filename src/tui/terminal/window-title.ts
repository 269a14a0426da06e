import { span } from '../text/styled.ts';

/** The terminal keeps titles on a stack (XTWINOPS): the one that it had comes back from there. */
const SAVE_TITLE = '\u001b[22;2t';
export const RESTORE_TITLE = '\u001b[23;2t';

/** The title of the terminal's window (OSC 2). A terminal that does not know the sequences ignores them. */
export class WindowTitle {
  readonly #write: (text: string) => void;
  /** Null while the terminal has the title that it had before. */
  #shown: string | null = null;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  show(title: string): void {
    if (title === this.#shown) return;
    const save = this.#shown === null ? SAVE_TITLE : '';
    this.#shown = title;
    this.#write(`${save}\u001b]2;${span(title).text}\u001b\\`);
  }

  restore(): void {
    if (this.#shown === null) return;
    this.#shown = null;
    this.#write(RESTORE_TITLE);
  }
}
