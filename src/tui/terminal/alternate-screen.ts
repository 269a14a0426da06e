import { type Instance, render, useInput, usePaste } from 'ink';
import { createElement } from 'react';
import type { AsyncTty } from './async-tty.ts';
import { keyNames } from './key-names.ts';
import { RowWriter } from './row-writer.ts';
import type { TerminalKeys } from './terminal-keys.ts';

const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l';
const LEAVE_SCREEN = '\u001b[?1049l\u001b[?25h';

interface ScreenOptions {
  readonly tty: AsyncTty;
  readonly input: TerminalKeys;
  readonly onKeys: (keys: readonly string[]) => void;
  readonly onPaste: (text: string) => void;
  /** Called when reading keys has failed. */
  readonly onError: (error: Error) => void;
}

/**
 * The alternate screen of the terminal. Ink reads the keys. It does not draw: the rows come cut to the width, and for
 * the same picture its layout takes eight times as long.
 */
export class InkScreen {
  readonly #tty: AsyncTty;
  readonly #writer = new RowWriter();
  readonly #forget = (): void => this.#writer.forget();
  readonly #ink: Instance;

  constructor(rows: readonly string[], options: ScreenOptions) {
    const { tty, input, onError } = options;
    this.#tty = tty;
    tty.on('resize', this.#forget);
    // Ink sets raw mode a moment later: until then typed text would be echoed, and Ctrl-Z would stop the process at once.
    input.setRawMode(true);
    tty.write(ENTER_SCREEN);
    this.draw(rows);
    this.#ink = render(createElement(Keys, options), {
      stdout: tty,
      // Ink uses no more of it than it has.
      stdin: input as unknown as NodeJS.ReadStream,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: false,
      isScreenReaderEnabled: false,
    });
    this.#ink.waitUntilExit().catch(onError);
  }

  draw(rows: readonly string[]): void {
    const changes = this.#writer.write(rows);
    if (changes !== '') this.#tty.write(changes);
  }

  /** Returns to the normal screen, with its cursor and its modes. */
  leave(): void {
    this.#tty.off('resize', this.#forget);
    this.#ink.unmount();
    this.#tty.write(LEAVE_SCREEN);
  }
}

const Keys = ({ onKeys, onPaste }: ScreenOptions): null => {
  useInput((input, key) => onKeys(keyNames(input, key)));
  usePaste(onPaste);
  return null;
};
