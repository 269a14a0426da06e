import { describe, expect, test } from 'vitest';
import type { ProgramModes } from '../../../src/tui/emulator/emulator.ts';
import { clickBytes } from '../../../src/tui/input/click-bytes.ts';
import { bytesOfKey, inModes } from '../../../src/tui/input/key-bytes.ts';

const MODES: ProgramModes = {
  applicationCursorKeysMode: false,
  bracketedPasteMode: false,
  mouse: 'none',
  isSgrMouse: false,
};

test.each([
  ['a', 'a'],
  ['ä', 'ä'],
  ['enter', '\r'],
  ['up', '\u001b[A'],
  ['ctrl+c', '\u0003'],
  ['ctrl+]', '\u001d'],
])('a terminal sends for the key %s what the process gets', (name, bytes) => {
  expect(bytesOfKey(name).toString()).toBe(bytes);
});

test('arrows are those of a full-screen program while it asks for them', () => {
  const keys = Buffer.from('a\u001b[A\u001b[1;5C\u001b[H\u001b[5~ä');
  expect(inModes(keys, MODES).toString()).toBe(keys.toString());
  expect(inModes(keys, { ...MODES, applicationCursorKeysMode: true }).toString()).toBe(
    'a\u001bOA\u001b[1;5C\u001bOH\u001b[5~ä',
  );
});

describe('a click', () => {
  /** The screen of the program begins at column 10 and row 2. */
  const click = (report: string, modes: Partial<ProgramModes>) =>
    clickBytes(report, { ...MODES, ...modes }, ({ column, row }) =>
      column < 10 || row < 2 ? null : { column: column - 10, row: row - 2 },
    );

  test.each([
    [
      'is of the cell of its own screen',
      '\u001b[<0;12;4M',
      { mouse: 'vt200', isSgrMouse: true },
      '\u001b[<0;2;2M',
    ],
    ['ends with a release', '\u001b[<0;12;4m', { mouse: 'vt200', isSgrMouse: true }, '\u001b[<0;2;2m'],
    ['may be in the old form', '\u001b[<64;11;3M', { mouse: 'vt200' }, '\u001b[M`!!'],
    ['and its release too', '\u001b[<0;11;3m', { mouse: 'drag' }, '\u001b[M#!!'],
    ['is nothing to a program that has not asked', '\u001b[<0;12;4M', {}, ''],
    ['is nothing beside its screen', '\u001b[<0;3;4M', { mouse: 'vt200', isSgrMouse: true }, ''],
    ['that moves is for those who ask for it', '\u001b[<32;12;4M', { mouse: 'vt200', isSgrMouse: true }, ''],
    ['too far away for the old form is nothing', '\u001b[<0;300;4M', { mouse: 'vt200' }, ''],
    ['is no other report', '\u001b]11;rgb:0/0/0\u0007', { mouse: 'vt200' }, ''],
  ] as const)('%s', (_, report, modes, bytes) => {
    expect(click(report, modes)).toBe(bytes);
  });
});
