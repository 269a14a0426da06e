import { describe, expect, test } from 'vitest';
import type { Picture } from '../../src/tui/emulator/picture.ts';
import { layoutOf } from '../../src/tui/screens/layout.ts';
import { screenPanes } from '../../src/tui/screens/screen-pane.ts';
import { tell } from '../../src/tui/state/told.ts';
import { span } from '../../src/tui/text/styled.ts';
import { FakePod, NOON, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const pictureOf = (texts: readonly string[], columns = 80, cursorRow = 0): Picture => ({
  rows: texts.map((text) => [span(text.padEnd(columns))]),
  size: { columns, rows: texts.length },
  cursor: { column: 0, row: cursorRow, isVisible: true },
});

const dashboardWith = (picture: Picture | null, size = { columns: 140, rows: 30 }) => {
  const pod = new FakePod([
    processSnapshot({ name: 'repl', role: 'primary', terminal: { columns: 80, rows: 24 } }),
    processSnapshot({ name: 'web' }),
  ]);
  pod.write('repl', 'a line');
  pod.write('web', 'another line');
  const dashboard = new PureDashboard(pod, size);
  if (picture !== null) dashboard.pictures = new Map([['repl', picture]]);
  return dashboard;
};

describe('the pane of a process with a terminal', () => {
  test('shows its screen, and says so', () => {
    const { rows } = dashboardWith(pictureOf(['$ top', 'load 1.0']));
    expect(rows[1]).toMatch(/repl {2}screen/);
    expect(rows[2]).toContain('│$ top');
    expect(rows[3]).toContain('│load 1.0');
  });

  test('shows lines until something has been drawn, and those of other processes', () => {
    expect(dashboardWith(null).text).toContain('│a line');
    const other = dashboardWith(pictureOf(['$ top'])).press('down');
    expect(other.rows[1]).toMatch(/web {2}following/);
    expect(other.text).toContain('│another line');
  });

  test('shows lines when a key asks for them, and the screen again', () => {
    const dashboard = dashboardWith(pictureOf(['$ top'])).press('T');
    expect(dashboard.rows[1]).toMatch(/repl {2}following/);
    expect(dashboard.text).toContain('│a line');
    expect(dashboard.press('T').text).toContain('│$ top');
  });

  test('shows its screen although lines of JSON are laid out elsewhere, and its lines when they are to be here', () => {
    const dashboard = dashboardWith(pictureOf(['$ top'])).press('down', 'J', 'up');
    expect(dashboard.text).toContain('│$ top');
    expect(dashboard.press('J').text).toContain('│a line');
    expect(dashboard.press('T').text).toContain('│$ top');
    expect(dashboard.press('down').rows[1]).toContain('pretty');
  });

  test.each([
    ['goes back', ['tab', 'g'], 'G'],
    ['selects lines', ['V'], 'escape'],
    ['filters', ['&', ...'line', 'enter'], 'escape'],
    ['finds', ['tab', '/', ...'line', 'enter'], 'T'],
  ])('shows lines to whoever %s in them', (_, keys, back) => {
    const dashboard = dashboardWith(pictureOf(['$ top'])).press(...keys);
    expect(dashboard.text).toContain('a line');
    expect(dashboard.text).not.toContain('$ top');
    expect(dashboard.press(back).text).toContain('│$ top');
  });

  test('shows the rows around the cursor of a screen that is higher, and cuts a wider one', () => {
    const texts = Array.from({ length: 50 }, (_, row) => `row ${row} ${'x'.repeat(200)}`);
    const above = dashboardWith(pictureOf(texts, 220, 3));
    expect(above.text).toContain('│row 0 x');
    const below = dashboardWith(pictureOf(texts, 220, 49));
    expect(below.text).toContain('│row 49 x');
    expect(below.text).not.toContain('│row 3 x');
    expect(new Set(below.widths.slice(0, -1))).toEqual(new Set([140]));
  });

  test.each(SIZES)('is as wide as its room on a screen of %o', (size) => {
    const dashboard = dashboardWith(pictureOf(['a', '日本語', 'c']), size).press('tab');
    expect(dashboard.rows.length).toBe(size.rows);
    for (const width of dashboard.widths) expect(width).toBeLessThanOrEqual(size.columns);
  });

  test('says that another process has no screen', () => {
    const dashboard = dashboardWith(null).press('down', 'T');
    expect(dashboard.rows.at(-2)).toContain('only a process with tty: true has a screen');
  });
});

test('a notice does not change the size of a terminal', () => {
  const { state, pod, size } = dashboardWith(null);
  const laid = (told: typeof state) => ({ state: told, snapshot: pod.snapshot, size, now: NOON });
  const told = tell(state, { at: NOON, text: 'a notice', kind: 'answer' as const });
  const [pane] = screenPanes(laid(told) as never);
  const layout = layoutOf(laid(state));
  if (layout.kind !== 'panes') throw new Error('no panes');
  const [log] = layout.logs;
  expect(pane).toEqual({
    process: 'repl',
    room: { columns: log?.area.width, rows: (log?.area.height ?? 0) - 1 },
  });
});
