import type { ProgramModes } from '../emulator/emulator.ts';

const BYTES: Readonly<Record<string, string>> = {
  enter: '\r',
  tab: '\t',
  escape: '\u001b',
  backspace: '\u007f',
  space: ' ',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  delete: '\u001b[3~',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
};

/** What a terminal sends for a key with this name. */
export const bytesOfKey = (name: string): Buffer => {
  const [, letter] = /^ctrl\+(.)$/.exec(name) ?? [];
  const text =
    letter === undefined
      ? (BYTES[name] ?? name)
      : String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
  return Buffer.from(text);
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins a sequence.
const CURSOR_KEY = /\u001b\[([A-DFH])/g;

/** Keys as a program wants them: full-screen ones have their own sequences for the arrows. */
export const inModes = (typed: Buffer, { applicationCursorKeysMode }: ProgramModes): Buffer =>
  applicationCursorKeysMode && typed.includes(0x1b)
    ? Buffer.from(typed.toString('latin1').replaceAll(CURSOR_KEY, '\u001bO$1'), 'latin1')
    : typed;
