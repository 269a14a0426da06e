import { describe, expect, test } from 'vitest';
import { FakePod } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const withLines = (count: number) => {
  const pod = new FakePod();
  for (let at = 0; at < count; at++) pod.write('shop', `line ${at}\n`);
  return pod;
};

/** The lines that were copied last. */
const copied = ({ effects }: PureDashboard): readonly string[] => {
  const last = effects.at(-1);
  return last?.type === 'copy' ? last.lines.map(({ line }) => line.toString()) : [];
};

const bars = (dashboard: PureDashboard) =>
  dashboard
    .frame()
    .rows.slice(1, -1)
    .filter((row) => row.startsWith('\u001b[7m')).length;

describe('a selection', () => {
  test('begins with one line, grows both ways, and is copied', () => {
    const dashboard = new PureDashboard(withLines(100), { columns: 80, rows: 12 }).press('enter', 'V');
    expect([dashboard.rows[0], bars(dashboard)]).toEqual([expect.stringContaining('1 line selected'), 1]);
    expect(dashboard.rows.at(-1)).toContain('y copy');
    dashboard.press('up', 'k');
    expect([dashboard.rows[0], bars(dashboard)]).toEqual([expect.stringContaining('3 lines selected'), 3]);
    expect(copied(dashboard.press('y'))).toEqual(['line 97', 'line 98', 'line 99']);
    expect([dashboard.rows[0], bars(dashboard)]).toEqual([expect.stringContaining('following'), 0]);
    dashboard.press('pageup', 'pageup', 'V', 'up', 'down', 'down', 'down');
    expect(copied(dashboard.press('y'))).toHaveLength(3);
    expect(dashboard.rows[0]).toContain('paused');
  });

  test('goes beyond the screen, with its end in view, and stays in a flood', () => {
    const pod = withLines(100);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 12 }).press(
      'enter',
      'V',
      'pageup',
      'pageup',
    );
    expect(dashboard.rows[1]).toBe('line 81');
    for (let at = 0; at < 20_000; at++) pod.write('shop', `more ${at}\n`);
    expect(dashboard.rows[1]).toBe('line 81');
    expect(copied(dashboard.press('g', 'y'))).toHaveLength(100);
    expect(dashboard.rows.at(-2)).toBe('more 19999');
  });

  test('reaches the last line, and its end is in view there too', () => {
    const dashboard = new PureDashboard(withLines(100), { columns: 80, rows: 12 }).press(
      'enter',
      'g',
      'V',
      'G',
    );
    expect(dashboard.rows.at(-2)).toBe('line 99');
    expect(copied(dashboard.press('y'))).toHaveLength(91);
  });

  test('begins with the line that was found, and ends without a copy', () => {
    const dashboard = new PureDashboard(withLines(100), { columns: 80, rows: 12 }).press('enter', '/');
    dashboard.type('line 42').press('enter', 'V');
    expect(dashboard.text).toMatch(/1 line selected/);
    expect(copied(dashboard.press('y'))).toEqual(['line 42']);
    const before = dashboard.effects.length;
    expect(dashboard.press('V', 'escape').rows[0]).not.toContain('selected');
    expect(dashboard.press('V', 'V').rows[0]).not.toContain('selected');
    expect(dashboard.effects).toHaveLength(before);
  });

  test('of nothing is refused', () => {
    const dashboard = new PureDashboard(new FakePod(), { columns: 80, rows: 12 }).press('enter', 'V');
    expect(dashboard.text).toContain('nothing to select yet');
  });
});

describe('the newest error is copied', () => {
  test.each([
    ['of Node', ['TypeError: no', '    at a (a.js:1)', '    at b (b.js:2)'], ['listening', '']],
    [
      'of Python',
      [
        'Traceback (most recent call last):',
        '  File "a.py", line 1',
        '    raise ValueError(1)',
        'ValueError: 1',
      ],
      ['serving'],
    ],
    [
      'of Java',
      ['java.lang.RuntimeException: no', '\tat A.b(A.java:1)', 'Caused by: x', '\t... 3 more'],
      ['up'],
    ],
    ['of one line', ['ERROR no route'], ['up', 'and on']],
  ])('with its stack: %s', (_, block, others) => {
    const pod = new FakePod();
    pod.write(
      'shop',
      `Error: an older one\n${others.join('\n')}\n${block.join('\n')}\n${others.join('\n')}\n`,
    );
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 12 }).press('Y');
    expect(copied(dashboard)).toEqual(block);
  });

  test('without the lines of other processes in between', () => {
    const pod = new FakePod();
    pod.write('shop', 'Error: no\n');
    pod.write('shipper', 'shipped\n');
    pod.write('shop', '    at a (a.js:1)\n');
    expect(copied(new PureDashboard(pod).press('a', 'Y'))).toEqual(['Error: no', '    at a (a.js:1)']);
  });

  test('if there is one', () => {
    const dashboard = new PureDashboard(withLines(3), { columns: 80, rows: 12 }).press('enter', 'Y');
    expect([dashboard.text, dashboard.effects]).toEqual([
      expect.stringContaining('no error in this log'),
      [],
    ]);
  });
});
