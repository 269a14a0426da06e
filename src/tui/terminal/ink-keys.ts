import { render, useInput, usePaste } from 'ink';
import { createElement } from 'react';
import type { AsyncTty } from './async-tty.ts';
import { keyNames } from './key-names.ts';
import type { TerminalKeys } from './terminal-keys.ts';

interface Reader {
  readonly tty: AsyncTty;
  readonly input: TerminalKeys;
  readonly onKeys: (keys: readonly string[]) => void;
  readonly onPaste: (text: string) => void;
}

interface Reading {
  readonly stop: () => void;
  /** Rejects when reading has failed. */
  readonly ended: Promise<unknown>;
}

/** Reads keys and pasted text with Ink, which sets the terminal's modes for them, until it is stopped. */
export const readKeys = (reader: Reader): Reading => {
  const ink = render(createElement(Keys, reader), {
    stdout: reader.tty,
    // Ink uses no more of it than it has.
    stdin: reader.input as unknown as NodeJS.ReadStream,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: false,
    isScreenReaderEnabled: false,
  });
  return { stop: ink.unmount, ended: ink.waitUntilExit() };
};

const Keys = ({ onKeys, onPaste }: Reader): null => {
  useInput((input, key) => onKeys(keyNames(input, key)));
  usePaste(onPaste);
  return null;
};
