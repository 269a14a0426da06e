import { Box, type Instance, render, Text, useInput, usePaste } from 'ink';
import { createElement, memo, type ReactElement, useSyncExternalStore } from 'react';
import type { AsyncTty } from './async-tty.ts';
import { keyNames } from './key-names.ts';
import type { TerminalKeys } from './terminal-keys.ts';

interface ScreenOptions {
  readonly tty: AsyncTty;
  readonly input: TerminalKeys;
  readonly onKeys: (keys: readonly string[]) => void;
  readonly onPaste: (text: string) => void;
  /** Called when drawing has failed and the screen has been left. */
  readonly onError: (error: Error) => void;
}

/** The alternate screen of the terminal. Ink draws changes and reads the keys. */
export class InkScreen {
  readonly #listeners = new Set<() => void>();
  readonly #ink: Instance;
  #rows: readonly string[];

  constructor(rows: readonly string[], options: ScreenOptions) {
    this.#rows = rows;
    // Ink sets raw mode only after its first frame: until then typed text would be echoed, and Ctrl-Z would stop the
    // process at once.
    options.input.setRawMode(true);
    this.#ink = render(createElement(App, { screen: this, options }), {
      stdout: options.tty,
      // Ink uses no more of it than it has.
      stdin: options.input as unknown as NodeJS.ReadStream,
      alternateScreen: true,
      incrementalRendering: true,
      // Ink's throttle would halve faster rates; the scheduler decides how often to draw.
      maxFps: 100,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      isScreenReaderEnabled: false,
    });
    this.#ink.waitUntilExit().catch((error: Error) => options.onError(error));
  }

  draw(rows: readonly string[]): void {
    if (isSame(rows, this.#rows)) return;
    this.#rows = rows;
    for (const listener of this.#listeners) listener();
  }

  /** Returns to the normal screen, with its cursor and its modes. */
  leave(): void {
    this.#ink.unmount();
  }

  readonly rows = (): readonly string[] => this.#rows;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((row, at) => row === other[at]);

const App = ({ screen, options }: { screen: InkScreen; options: ScreenOptions }): ReactElement => {
  const rows = useSyncExternalStore(screen.subscribe, screen.rows);
  useInput((input, key) => options.onKeys(keyNames(input, key)));
  usePaste(options.onPaste);
  return createElement(
    Box,
    // A taller frame would clear the screen each time.
    { flexDirection: 'column', height: rows.length, overflow: 'hidden' },
    ...rows.map(toRow),
  );
};

/** Rows are already cut to the width: nothing needs to be measured or wrapped. */
const Row = memo(
  ({ text }: { text: string }): ReactElement => createElement(Text, { wrap: 'truncate' }, text),
);

const toRow = (text: string): ReactElement => createElement(Row, { text });
