import { describe, expect, test } from 'vitest';
import { Emulator } from '../../../src/tui/emulator/emulator.ts';
import { plainOf, render, styledWidth } from '../../../src/tui/text/styled.ts';

const SIZE = { columns: 20, rows: 4 };

const emulating = async (text: string, colors = true) => {
  const answers: string[] = [];
  const emulator = await Emulator.open({ size: SIZE, colors, onAnswer: (answer) => answers.push(answer) });
  await write(emulator, text);
  return { emulator, answers };
};

const write = (emulator: Emulator, text: string): Promise<void> =>
  new Promise((resolve) => emulator.write(Buffer.from(text), resolve));

const rowsOf = ({ picture }: Emulator) => picture.rows.map((row) => plainOf(row).trimEnd());

describe('the picture of a terminal', () => {
  test('has what is left after carriage returns, moves of the cursor and clears', async () => {
    const { emulator } = await emulating('10 %\r20 %\r\nold\u001b[2K\rnew\u001b[4;18Hend\u001b[2;1H');
    expect(rowsOf(emulator)).toEqual(['20 %', 'new', '', '                 end']);
    expect(emulator.picture.cursor).toEqual({ column: 0, row: 1, isVisible: true });
  });

  test('is of the alternate screen while that is shown, and then the normal one again', async () => {
    const { emulator } = await emulating('$ less\r\n\u001b[?1049h\u001b[Hpage\u001b[?25l');
    expect(rowsOf(emulator)[0]).toBe('page');
    expect(emulator.picture.cursor.isVisible).toBe(false);
    await write(emulator, '\u001b[?25h\u001b[?1049l');
    expect(rowsOf(emulator)[0]).toBe('$ less');
    expect(emulator.picture.cursor.isVisible).toBe(true);
  });

  test('has the colors of the program, or none', async () => {
    const text =
      '\u001b[1;31mred\u001b[0m \u001b[38;5;208;44mo\u001b[0m\u001b[48;2;1;2;3;92mg\u001b[0m\u001b[4;7mu';
    const { emulator } = await emulating(text);
    expect(render(emulator.picture.rows[0] ?? []).trimEnd()).toBe(
      '\u001b[1;31mred\u001b[0m \u001b[44;38;5;208mo\u001b[0m\u001b[92;48;2;1;2;3mg\u001b[0m\u001b[4;7mu\u001b[0m'.replace(
        '44;38;5;208',
        '38;5;208;44',
      ),
    );
    expect(render((await emulating(text, false)).emulator.picture.rows[0] ?? []).trimEnd()).toBe('red ogu');
  });

  test.each([
    ['wide characters', '日本語 한국', '日本語 한국'],
    ['emoji', 'a 🚀 b', 'a 🚀 b'],
    ['combined characters', 'e\u0301a\u0308', 'e\u0301a\u0308'],
    ['a wide character that has no room in the last column', `${'x'.repeat(19)}語`, 'x'.repeat(19)],
    ['an emoji of several', 'a👨‍👩‍👧b', 'a👨👩👧b'],
    ['a flag', 'a🇩🇪b', 'a🇩🇪b'],
  ])('keeps the columns of %s', async (_, text, shown) => {
    const { emulator } = await emulating(text);
    expect(rowsOf(emulator)[0]).toBe(shown);
    expect(emulator.picture.rows.map(styledWidth)).toEqual([20, 20, 20, 20]);
  });

  test('follows the size', async () => {
    const { emulator } = await emulating('one\r\ntwo');
    emulator.resize({ columns: 30, rows: 6 });
    expect(emulator.picture.size).toEqual({ columns: 30, rows: 6 });
    expect(emulator.picture.rows.map(styledWidth)).toEqual(Array.from({ length: 6 }, () => 30));
  });
});

test('a terminal answers a question of the program', async () => {
  expect((await emulating('ab\u001b[6n')).answers).toEqual(['\u001b[1;3R']);
});

test('a program says how it wants keys, pastes and clicks', async () => {
  const { emulator } = await emulating('\u001b[?1h\u001b[?2004h\u001b[?1000;1006h');
  expect(emulator.modes).toEqual({
    applicationCursorKeysMode: true,
    bracketedPasteMode: true,
    mouse: 'vt200',
    isSgrMouse: true,
  });
  await write(emulator, '\u001b[!p\u001b[?1000l\u001b[?2004l');
  expect(emulator.modes).toMatchObject({
    applicationCursorKeysMode: false,
    mouse: 'none',
    isSgrMouse: false,
  });
});
