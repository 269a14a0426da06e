import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowWriter } from '../../src/tui/terminal/row-writer.ts';
import { filled, render, span } from '../../src/tui/text/styled.ts';

const COLUMNS = 24;
const ROWS = 6;

/** What a terminal shows of all that was written, each cell with its color. */
const screenOf = async (written: string): Promise<readonly string[]> => {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(written, resolve));
  const cells = Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => {
      const cell = terminal.buffer.active.getLine(row)?.getCell(column);
      // A cell that was never written looks like a space.
      return `${cell?.getChars() || ' '}${cell?.getFgColor()}${cell?.isInverse()}${linkOf(terminal, cell)}`;
    }).join(''),
  );
  terminal.dispose();
  return cells;
};

/** Address of a cell. The terminal has it, but does not tell it in public. */
const linkOf = (terminal: xterm.Terminal, cell: unknown): string => {
  const { extended } = cell as { readonly extended: { readonly urlId: number } };
  const { _core } = terminal as unknown as {
    readonly _core: {
      readonly _oscLinkService: { getLinkData(id: number): { readonly uri: string } | undefined };
    };
  };
  return _core._oscLinkService.getLinkData(extended.urlId)?.uri ?? '';
};

const text = fc.oneof(
  fc.constantFrom('●', '│', 'ready', 'shop ', '日本', 'e\u0301', '\u0301', '👩‍🚀', '', 'up 7s'),
  fc.string({ maxLength: 6 }),
);
const style = fc.constantFrom('', '', '\u001b[31m', '\u001b[7m', '\u001b[38;5;24m');
const link = fc.constantFrom(undefined, undefined, 'http://a/', 'http://b/');
const row = fc.array(fc.tuple(text, style, link), { maxLength: 6 }).map((spans) =>
  render(
    filled(
      spans.map(([each, own, to]) => ({ ...span(each, own), ...(to === undefined ? {} : { link: to }) })),
      COLUMNS,
    ),
    true,
  ),
);
const frame = (rows: number) => fc.array(row, { minLength: rows, maxLength: rows });
/** Few rows differ from one frame to the next. */
const frames = fc
  .tuple(frame(ROWS), fc.array(fc.tuple(fc.nat(ROWS - 1), row), { maxLength: 8 }))
  .map(([first, changes]) => {
    let shown = first;
    return [first, ...changes.map(([at, changed]) => (shown = shown.with(at, changed)))];
  });

test('the screen shows the same, whether the rows before it were others or not', async () => {
  await fc.assert(
    fc.asyncProperty(frames, async (drawn) => {
      const writer = new RowWriter();
      const written = drawn.map((rows) => writer.write(rows)).join('');
      expect(await screenOf(written)).toEqual(await screenOf(new RowWriter().write(drawn.at(-1) ?? [])));
      // A link that was left open would go on in whatever is written next.
      expect(written.lastIndexOf('\u001b]8;;http')).toBeLessThanOrEqual(
        written.lastIndexOf('\u001b]8;;\u001b'),
      );
    }),
    { numRuns: 200 },
  );
});

test('a row that the terminal finds too wide does not continue in the next one', async () => {
  // An accent without its letter: no column for those who measure, and one for the terminal.
  const rows = ['one', `\u0301${'x'.repeat(COLUMNS)}`];
  const [, first] = await screenOf(new RowWriter().write(['', '', '']));
  expect((await screenOf(new RowWriter().write(rows)))[2]).toBe(first);
});

describe('the bytes of a frame', () => {
  const muted = '\u001b[2m';
  const list = (name: string, log: string): string => render([span(name), span('│', muted), span(log)]);

  test('are none if the screen shows it already', () => {
    const writer = new RowWriter();
    writer.write(['one  ', 'two  ']);
    expect(writer.write(['one  ', 'two  '])).toBe('');
  });

  test('leave out rows that stay, and the list beside a line of the log', () => {
    const writer = new RowWriter();
    writer.write([list('web', 'GET /'), list('db', 'ready')]);
    const written = writer.write([list('web', 'PUT /'), list('db', 'ready')]);
    expect(written).toBe('\u001b[?2026h\u001b[?7l\u001b[1;5H\u001b[KPUT /\u001b[?7h\u001b[?2026l');
  });

  test('are all bytes once nobody knows what the screen shows', () => {
    const writer = new RowWriter();
    const first = writer.write(['one', 'two']);
    writer.forget();
    expect(writer.write(['one', 'two'])).toBe(first);
  });

  test('erase rows that are no longer there', async () => {
    const writer = new RowWriter();
    const written = [writer.write(['one', 'two', 'three']), writer.write(['one'])].join('');
    expect(await screenOf(written)).toEqual(await screenOf(new RowWriter().write(['one'])));
  });
});
