import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { TerminalTape } from '../../../src/runtime/terminals/terminal-tape.ts';

/** What a terminal shows after the tape's bytes. */
const drawn = async (tape: TerminalTape): Promise<xterm.Terminal> => {
  const terminal = new xterm.Terminal({ cols: 40, rows: 4, scrollback: 0, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(tape.bytes, resolve));
  return terminal;
};

const rowsOf = ({ buffer: { active }, rows }: xterm.Terminal): readonly string[] =>
  Array.from({ length: rows }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');

const tapeOf = (...texts: readonly string[]): TerminalTape => {
  const tape = new TerminalTape();
  for (const text of texts) tape.take(Buffer.from(text));
  return tape;
};

/** More than is kept. */
const FLOOD = 'more and more\r\n'.repeat(40_000);

describe('what is kept of a terminal', () => {
  test('is all of it at first', async () => {
    const tape = tapeOf('$ ', 'ls\r\n', '\u001b[31mred\u001b[0m');
    expect(tape.isCut).toBe(false);
    expect(rowsOf(await drawn(tape))).toEqual(['$ ls', 'red', '', '']);
  });

  test('has a limit, whatever is written, in pieces of any size', () => {
    expect(tapeOf(FLOOD.repeat(20)).bytes.length).toBeLessThanOrEqual(256 * 1024);
    expect(tapeOf(...FLOOD.split('e')).bytes.length).toBeLessThanOrEqual(256 * 1024);
  });

  test('keeps the modes that were set before what is left', async () => {
    const tape = tapeOf('\u001b[?1049h\u001b[?1;2004h\u001b[?25l', FLOOD, '\u001b[Hthe end\u001b[J');
    expect(tape.isCut).toBe(true);
    const terminal = await drawn(tape);
    expect(terminal.buffer.active.type).toBe('alternate');
    expect(terminal.modes).toMatchObject({ bracketedPasteMode: true, applicationCursorKeysMode: true });
    expect(rowsOf(terminal)[0]).toBe('the end');
  });

  test('keeps a mode whose sequence is cut in two anywhere', async () => {
    const sequence = '\u001b[?1049h';
    for (let at = 1; at < sequence.length; at += 1) {
      const fill = 'x'.repeat(128 * 1024 - at);
      const terminal = await drawn(tapeOf(fill, sequence, FLOOD, '\u001b[Hend'));
      expect(terminal.buffer.active.type).toBe('alternate');
    }
  });

  test('forgets modes that were reset, all of them too', async () => {
    const tape = tapeOf('\u001b[?1049h\u001b[?2004h', FLOOD, '\u001b[?1049l', FLOOD, '\u001bc', FLOOD);
    const terminal = await drawn(tape);
    expect(terminal.buffer.active.type).toBe('normal');
    expect(terminal.modes.bracketedPasteMode).toBe(false);
  });

  test('does not begin in the middle of a sequence or of a character', async () => {
    const tape = tapeOf('\u001b[1;31mä€\u001b[0m'.repeat(60_000));
    expect(rowsOf(await drawn(tape)).join('')).toMatch(/^[ä€]+$/);
  });
});

test('what a program has left behind is undone before the next one draws', async () => {
  const tape = tapeOf(
    'before\r\n',
    '\u001b[?1049h\u001b[?1h\u001b[?1000h\u001b[?2004h\u001b[31mhalf a screen',
  );
  tape.programEnded();
  tape.take(Buffer.from('next'));
  const terminal = await drawn(tape);
  expect(rowsOf(terminal)).toEqual(['before', '', 'next', '']);
  expect(terminal.modes).toMatchObject({
    bracketedPasteMode: false,
    applicationCursorKeysMode: false,
    mouseTrackingMode: 'none',
  });
});

test('readers of a tape get what comes, until they stop or the process leaves the pod', () => {
  const tape = tapeOf('past');
  const seen: string[] = [];
  const read = (name: string) =>
    tape.watch({ take: (bytes) => seen.push(`${name} ${bytes}`), end: () => seen.push(`${name} ends`) });
  const stop = read('one');
  read('other');
  tape.take(Buffer.from('a'));
  stop();
  tape.take(Buffer.from('b'));
  tape.close();
  expect(seen).toEqual(['one a', 'other a', 'other b', 'other ends']);
});
