import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MouseAction } from '../../src/tui/state/reduce-mouse.ts';
import { sourceOf } from '../../src/tui/state/ui-state.ts';
import { span } from '../../src/tui/text/styled.ts';
import { FakePod, NOON, processSnapshot } from '../support/fake-pod.ts';
import { inFull } from '../support/in-full.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const NAMES = ['cache', 'db', 'api', 'web', 'mail'];

/** Selects `cache`, the first process. Each process has a hundred lines. */
const opened = (size = { columns: 120, rows: 40 }, names = NAMES) => {
  const pod = new FakePod(names.map((name) => processSnapshot({ name })));
  for (const name of names) for (let at = 0; at < 100; at++) pod.write(name, `${name} line ${at}.\n`);
  return new PureDashboard(pod, size).press('1');
};

const copied = ({ effects }: PureDashboard): readonly string[] => {
  const last = effects.at(-1);
  return last?.type === 'copy' ? last.lines.map(({ line }) => line.toString()) : [];
};

/** A column of the log, beside the list. */
const RIGHT = 70;

/** The row with a text, right of a column and left of another. */
const rowOf = (dashboard: PureDashboard, text: string, from = 0, to = Infinity): number => {
  const row = dashboard.rows.findIndex((line) => line.slice(from, to).includes(text));
  if (row === -1) throw new Error(`no row has ${text}:\n${dashboard.text}`);
  return row;
};
const onLine = (dashboard: PureDashboard, type: MouseAction['type'], text: string) =>
  dashboard.point(type, RIGHT, rowOf(dashboard, text));

const onList = (dashboard: PureDashboard, type: MouseAction['type'], text: string) =>
  dashboard.point(type, 3, rowOf(dashboard, text, 0, 30));

const onKeys = (dashboard: PureDashboard, text: string) => {
  const row = dashboard.size.rows - 1;
  return dashboard.point('press', dashboard.rows[row]?.indexOf(text) ?? -1, row);
};

describe('a click in the list', () => {
  test('selects the process, and the keys are for the list', () => {
    const dashboard = opened().press('tab');
    onList(onList(dashboard, 'press', 'api'), 'release', 'api');
    expect([dashboard.state.selected, dashboard.state.focus]).toEqual(['api', 'list']);
    expect(dashboard.text).toContain('api line 99.');
  });

  test('that comes twice opens the details, unless the second one is late or on another row', () => {
    const twice = (first: string, later: number) => {
      const dashboard = opened();
      onList(onList(dashboard, 'press', first), 'release', first);
      dashboard.now += later;
      return onList(onList(dashboard, 'press', 'api'), 'release', 'api').state.screen;
    };
    expect(twice('api', 300)).toBe('details');
    expect(twice('api', 500)).toBe('dashboard');
    expect(twice('web', 300)).toBe('dashboard');
  });

  test('on a heading selects it, and twice folds its group', () => {
    const pod = new FakePod([
      processSnapshot({ name: 'web', app: 'web', instance: 1, role: 'primary' }),
      processSnapshot({ name: 'proxy', app: 'web', instance: 1 }),
      processSnapshot({ name: 'shared-db' }),
    ]);
    const dashboard = onList(new PureDashboard(pod), 'press', '▾');
    expect(dashboard.state.heading).toBe('web');
    expect(onList(dashboard, 'press', '▾').text).toContain('▸');
  });

  test('below its last process changes nothing but the pane', () => {
    const dashboard = opened().press('tab').point('press', 2, 30);
    expect([dashboard.state.selected, dashboard.state.focus]).toEqual(['cache', 'list']);
  });
});

describe('the wheel', () => {
  test('scrolls the log under it, and the keys stay where they are', () => {
    const dashboard = opened();
    onLine(dashboard, 'wheel-up', 'line 99.');
    expect(dashboard.text).not.toContain('line 97.');
    expect(dashboard.text).toContain('line 96.');
    expect(dashboard.text).toContain('paused');
    expect(dashboard.state.focus).toBe('list');
    onLine(dashboard, 'wheel-down', 'line 96.');
    expect(dashboard.text).toContain('following');
  });

  test('scrolls a pinned log, too, though the keys are for another one', () => {
    const dashboard = opened().press('2', 'P', '3');
    onLine(dashboard, 'wheel-up', 'db line 99.');
    expect(dashboard.text).not.toContain('db line 99.');
    expect(dashboard.text).toContain('api line 99.');
    expect(sourceOf(dashboard.state)).toBe('api');
  });

  test('goes through the list', () => {
    const dashboard = opened();
    onList(onList(dashboard, 'wheel-down', 'cache'), 'wheel-down', 'cache');
    expect(dashboard.state.selected).toBe('api');
    expect(onList(dashboard, 'wheel-up', 'cache').state.selected).toBe('db');
  });

  test('scrolls a page', () => {
    const dashboard = opened({ columns: 100, rows: 12 }).press('?');
    const before = dashboard.rows[4];
    dashboard.point('wheel-down', 5, 5);
    expect(dashboard.rows[1]).toBe(before);
  });

  test('goes through the palette', () => {
    const dashboard = opened().press(':');
    const before = dashboard.text;
    expect(dashboard.point('wheel-down', 5, 5).text).not.toBe(before);
    expect(dashboard.point('wheel-up', 5, 5).text).toBe(before);
  });
});

describe('a click in a page', () => {
  test('selects a process of the start order, and a double click opens its details', () => {
    const dashboard = opened({ columns: 120, rows: 40 }).press('d');
    const row = rowOf(dashboard, 'web');
    dashboard.point('press', 5, row).point('release', 5, row);
    expect([dashboard.state.screen, dashboard.state.selected]).toEqual(['graph', 'web']);
    expect(dashboard.point('press', 5, row).state.screen).toBe('details');
    dashboard.press('escape').point('press', 5, 1);
    expect([dashboard.state.screen, dashboard.state.selected]).toEqual(['graph', 'web']);
    expect(dashboard.point('wheel-down', 5, 5).state.selected).toBe('mail');
  });

  test('runs an action of the palette', () => {
    const dashboard = opened({ columns: 120, rows: 40 }).press(':', ...'restart');
    dashboard.point('press', 5, rowOf(dashboard, 'restart web'));
    expect(dashboard.effects).toEqual([{ type: 'restart', process: 'web' }]);
    expect(dashboard.press(':', ...'restart web').point('press', 5, 20).state.editor).not.toBeNull();
  });
});

describe('a click in a log', () => {
  test('gives it the keys, and marks the line', () => {
    const dashboard = opened();
    onLine(dashboard, 'press', 'line 90.');
    expect(dashboard.state.focus).toBe('log');
    onLine(dashboard, 'release', 'line 90.');
    expect(dashboard.effects).toEqual([]);
    expect(copied(dashboard.press('V', 'y'))).toEqual(['cache line 90.']);
  });

  test('gives a pinned log the keys', () => {
    const dashboard = opened().press('2', 'P', '3');
    onLine(dashboard, 'press', 'db line 99.');
    expect(sourceOf(dashboard.state)).toBe('db');
    onLine(dashboard, 'press', 'api line 99.');
    expect(sourceOf(dashboard.state)).toBe('api');
  });

  test('on its title gives it the keys only', () => {
    const dashboard = opened().point('press', RIGHT, 1);
    expect([dashboard.state.focus, dashboard.state.found]).toEqual(['log', null]);
  });

  test('is the other end of lines that are selected with keys', () => {
    const dashboard = opened().press('tab', 'V');
    onLine(dashboard, 'press', 'line 95.');
    onLine(dashboard, 'release', 'line 95.');
    expect(dashboard.text).toContain('5 lines selected');
    expect(copied(dashboard.press('y'))).toHaveLength(5);
  });
});

describe('a drag in a log', () => {
  test('selects lines, copies them when the button is released, and then the log follows again', () => {
    const dashboard = opened();
    onLine(dashboard, 'press', 'line 90.');
    onLine(dashboard, 'drag', 'line 91.');
    onLine(dashboard, 'drag', 'line 93.');
    expect(dashboard.text).toContain('4 lines selected');
    dashboard.pod.write('cache', 'meanwhile\n');
    onLine(dashboard, 'drag', 'line 92.');
    onLine(dashboard, 'release', 'line 92.');
    expect(copied(dashboard)).toEqual(['cache line 90.', 'cache line 91.', 'cache line 92.']);
    expect(dashboard.text).toContain('following');
    expect(dashboard.text).toContain('meanwhile');
  });

  test('goes upwards, too, and over the list as well', () => {
    const dashboard = opened();
    onLine(dashboard, 'press', 'line 90.');
    dashboard.point('drag', 0, rowOf(dashboard, 'line 88.')).point('release', 0, 3);
    expect(copied(dashboard)).toEqual(['cache line 88.', 'cache line 89.', 'cache line 90.']);
  });

  test('along one line selects it; a hand that trembles selects nothing', () => {
    const along = (columns: number) => {
      const dashboard = opened();
      const row = rowOf(dashboard, 'line 90.');
      dashboard.point('press', RIGHT, row).point('drag', RIGHT + columns, row);
      return copied(dashboard.point('release', RIGHT + columns, row));
    };
    expect(along(8)).toEqual(['cache line 90.']);
    expect(along(1)).toEqual([]);
  });

  test('goes on beyond the edges for as long as the button is held', () => {
    const dashboard = opened();
    onLine(dashboard, 'press', 'line 70.');
    dashboard.point('drag', RIGHT, 0);
    for (let at = 0; at < 20; at++) dashboard.point('hold', RIGHT, 0);
    expect(copied(dashboard.point('release', RIGHT, 0))).toHaveLength(70 - 50 + 2);
    dashboard.press('g');
    onLine(dashboard, 'press', 'line 20.');
    dashboard.point('drag', RIGHT, 39);
    for (let at = 0; at < 50; at++) dashboard.point('hold', RIGHT, 39);
    expect(dashboard.state.pointer.pressed?.edge).toBe(1);
    for (let at = 0; at < 50; at++) dashboard.point('hold', RIGHT, 39);
    expect(dashboard.state.pointer.pressed?.edge).toBe(0);
    expect(copied(dashboard.point('release', RIGHT, 39))).toHaveLength(80);
  });

  test('in the log on the whole screen selects, too', () => {
    const dashboard = opened({ columns: 80, rows: 12 }).press('enter');
    onLine(dashboard, 'press', 'line 95.')
      .point('drag', 3, rowOf(dashboard, 'line 97.'))
      .point('release', 3, 3);
    expect(copied(dashboard)).toHaveLength(3);
  });
});

test('the screen of a process is focused by a click, and scrolled back to its lines by the wheel', () => {
  const pod = new FakePod([processSnapshot({ name: 'repl', terminal: { columns: 80, rows: 24 } })]);
  for (let at = 0; at < 100; at++) pod.write('repl', `line ${at}.\n`);
  const dashboard = new PureDashboard(pod, { columns: 120, rows: 30 });
  const rows = Array.from({ length: 24 }, (_, row) => [span(`row ${row}.`.padEnd(80))]);
  const cursor = { column: 0, row: 0, isVisible: true };
  dashboard.pictures = new Map([['repl', { rows, size: { columns: 80, rows: 24 }, cursor }]]);
  const row = rowOf(dashboard, 'row 5.');
  dashboard
    .point('press', RIGHT, row)
    .point('drag', RIGHT, row + 3)
    .point('release', RIGHT, row + 3);
  expect(dashboard.text).toContain('row 5.');
  expect([dashboard.state.focus, dashboard.state.found, dashboard.effects]).toEqual(['log', null, []]);
  expect(dashboard.point('wheel-up', RIGHT, row).text).toContain('line 90.');
  expect(dashboard.point('wheel-down', RIGHT, row).text).toContain('row 5.');
});

test('a click on a key in the last row does what the key does', () => {
  const dashboard = onKeys(opened(), '? help');
  expect(dashboard.state.screen).toBe('help');
  expect(onKeys(dashboard, 'esc back').state.screen).toBe('dashboard');
  expect(onKeys(dashboard, 'r restart').effects).toEqual([{ type: 'restart', process: 'cache' }]);
});

test('a click on a notice shows all of them', () => {
  const dashboard = opened().press('M');
  expect(dashboard.point('press', 5, dashboard.size.rows - 2).state.screen).toBe('events');
});

test('while something is asked or typed, the mouse changes nothing', () => {
  for (const key of ['q', 'X', '/']) {
    const dashboard = opened().press(key);
    const before = dashboard.state;
    onList(onList(dashboard, 'press', 'api'), 'wheel-down', 'api');
    dashboard.point('drag', RIGHT, 10).point('release', 3, 3);
    expect({ ...dashboard.state, pointer: before.pointer }).toEqual(before);
  }
});

test('the wheel scrolls a log while something else than its search or filter is typed', () => {
  const wheel = (...keys: readonly string[]) => {
    const dashboard = opened().press(...keys);
    return dashboard.point('wheel-up', RIGHT, 10).text;
  };
  expect(wheel('/', 'c')).toContain('paused');
  expect(wheel('tab', '/')).toContain('following');
});

test('a key leaves the mouse to the terminal, which the last row then says, and takes it again', () => {
  const dashboard = opened();
  expect(dashboard.rows.at(-1)).not.toContain('M take mouse');
  dashboard.press('M');
  expect(dashboard.state.mouse).toBe('given');
  expect(dashboard.text).toContain('the terminal has the mouse; M takes it back');
  dashboard.now = NOON + 60_000;
  for (const key of ['enter', 'escape', '?', 'escape']) {
    expect(dashboard.rows.at(-1)).toContain('M take mouse');
    dashboard.press(key);
  }
  expect(dashboard.press('M').state.mouse).toBe('taken');
  expect(dashboard.rows.at(-1)).not.toContain('M take mouse');
});

const ACTIONS = ['press', 'drag', 'hold', 'release', 'wheel-up', 'wheel-down'] as const;

test('every row stays as wide as the screen, whatever the mouse does and wherever it is', () => {
  const action = fc.record({
    type: fc.constantFrom(...ACTIONS),
    column: fc.oneof(fc.nat(210), fc.nat()),
    row: fc.oneof(fc.nat(65), fc.nat()),
  });
  const key = fc.constantFrom(
    'tab',
    'enter',
    'escape',
    'P',
    'a',
    'V',
    'i',
    '?',
    'd',
    ':',
    'q',
    'w',
    '2',
    'M',
    'y',
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...SIZES),
      fc.array(fc.oneof({ weight: 3, arbitrary: action }, key), { maxLength: 25 }),
      (size, deeds) => {
        const dashboard = opened(size);
        for (const deed of deeds) {
          if (typeof deed === 'string') dashboard.press(deed);
          else dashboard.point(deed.type, deed.column, deed.row);
        }
        expect(new Set(dashboard.widths)).toEqual(new Set([size.columns]));
        expect(dashboard.rows).toHaveLength(size.rows);
      },
    ),
    { numRuns: inFull ? 1_000 : 100 },
  );
});
