import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../src/tui/screens/layout.ts';
import { reduceSnapshot } from '../../src/tui/state/reduce.ts';
import { ALL_PROCESSES, sourceOf } from '../../src/tui/state/ui-state.ts';
import { FakePod, NOON, processSnapshot } from '../support/fake-pod.ts';
import { inFull } from '../support/in-full.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const NAMES = ['cache', 'db', 'api', 'web', 'mail'];

/** Selects `cache`, the first process. Each process has ten lines. */
const opened = (size = { columns: 120, rows: 40 }) => {
  const pod = new FakePod(NAMES.map((name) => processSnapshot({ name })));
  for (const name of NAMES) for (let at = 0; at < 10; at++) pod.write(name, `${name} line ${at}\n`);
  return new PureDashboard(pod, size).press('1');
};

const panesOf = (dashboard: PureDashboard) => {
  const { state, size, pod } = dashboard;
  const layout = layoutOf({ state, size, snapshot: pod.snapshot, now: NOON });
  return layout.kind === 'panes' ? layout.logs : [];
};
const sourcesOf = (dashboard: PureDashboard) => panesOf(dashboard).map(({ source }) => source);

/** Text of the rows of a log, with its title. */
const paneText = (dashboard: PureDashboard, source: string) => {
  const area = panesOf(dashboard).find((pane) => pane.source === source)?.area;
  if (area === undefined) throw new Error(`${source} is not on the screen`);
  const rows = dashboard.rows.slice(area.row, area.row + area.height);
  return rows.map((row) => row.slice(area.column, area.column + area.width).trimEnd()).join('\n');
};

describe('a pinned log', () => {
  test('stays on the screen below the log of the process that is selected', () => {
    const dashboard = opened().press('2', 'P');
    expect(sourcesOf(dashboard)).toEqual(['db']);
    dashboard.press('3');
    expect(sourcesOf(dashboard)).toEqual(['api', 'db']);
    expect(paneText(dashboard, 'api')).toMatch(/^ api {2}following\n.*api line 0\n/);
    expect(paneText(dashboard, 'db')).toMatch(/^ db {2}following {2}pinned ─+\n.*db line 0\n/);
    dashboard.pod.write('db', 'newest of db\n');
    expect(paneText(dashboard, 'db')).toContain('newest of db');
  });

  test('is at the top while its process is selected, once', () => {
    const dashboard = opened().press('2', 'P', '3', 'P', '4');
    expect(sourcesOf(dashboard)).toEqual(['web', 'db', 'api']);
    expect(sourcesOf(dashboard.press('3'))).toEqual(['api', 'db']);
  });

  test('goes when the same key is pressed in its pane, and the keys are for the selected process again', () => {
    const dashboard = opened().press('2', 'P', '3', 'tab', 'tab');
    expect(sourceOf(dashboard.state)).toBe('db');
    dashboard.press('P');
    expect(sourcesOf(dashboard)).toEqual(['api']);
    expect(sourceOf(dashboard.state)).toBe('api');
    expect(dashboard.state.focus).toBe('log');
  });

  test('can be the log of all processes', () => {
    const dashboard = opened().press('a', 'P', '2');
    expect(sourcesOf(dashboard)).toEqual(['db', ALL_PROCESSES]);
    expect(paneText(dashboard, ALL_PROCESSES)).toMatch(/^ all processes {2}following {2}pinned/);
    expect(paneText(dashboard, ALL_PROCESSES)).toContain('web line 9');
  });

  test('is one of three: a fourth asks to let one go', () => {
    const dashboard = opened().press('1', 'P', '2', 'P', '3', 'P', '4', 'P');
    expect(dashboard.text).toContain('3 logs are pinned already: unpin one of them first');
    expect(sourcesOf(dashboard)).toEqual(['web', 'cache', 'db', 'api']);
  });

  test('of a process that leaves the pod goes, and returns with it', () => {
    const dashboard = opened().press('2', 'P', '3', 'tab', 'tab');
    const { processes } = dashboard.pod.snapshot;
    const show = (names: readonly string[]) => {
      const before = dashboard.pod.snapshot;
      dashboard.pod.change({ processes: processes.filter(({ name }) => names.includes(name)) });
      dashboard.state = reduceSnapshot(dashboard.state, before, dashboard.pod.snapshot);
    };
    show(['cache', 'api', 'web']);
    expect(sourcesOf(dashboard)).toEqual(['api']);
    expect(sourceOf(dashboard.state)).toBe('api');
    show(NAMES);
    expect(sourcesOf(dashboard)).toEqual(['api', 'db']);
  });

  test('of a process that has left the pod gives its place to another one', () => {
    const dashboard = opened().press('1', 'P', '2', 'P', '3', 'P');
    const { processes } = dashboard.pod.snapshot;
    dashboard.pod.change({ processes: processes.filter(({ name }) => name !== 'db') });
    dashboard.press('3', 'P');
    expect(dashboard.state.pinned).toEqual(['cache', 'api', 'web']);
  });
});

describe('logs side by side', () => {
  const areasAt = (columns: number, ...keys: readonly string[]) => {
    const dashboard = opened({ columns, rows: 30 }).press('2', 'P', '|', '3', ...keys);
    return panesOf(dashboard).map(({ area: { column, row, width } }) => ({ column, row, width }));
  };

  test('share the width, with an edge between them, where each has 60 columns', () => {
    expect(areasAt(164)).toEqual([
      { column: 43, row: 1, width: 60 },
      { column: 104, row: 1, width: 60 },
    ]);
  });

  test('are below each other where they have no room, and when the key is pressed again', () => {
    const below = [
      { column: 43, row: 1, width: 120 },
      { column: 43, row: 15, width: 120 },
    ];
    expect(areasAt(163)).toEqual(below);
    expect(areasAt(163, '|')).toEqual(below);
    expect(areasAt(200, '|').map(({ row }) => row)).toEqual([1, 15]);
  });

  test('have titles in one row', () => {
    const dashboard = opened({ columns: 200, rows: 30 }).press('2', 'P', '|', '3');
    expect(dashboard.rows[1]).toMatch(/│ api {2}following +│ db {2}following {2}pinned$/);
    expect(dashboard.text).toContain('pinned logs are side by side, where each has 60 columns');
  });
});

describe('the keys for logs', () => {
  test('go from the list to each log and back by Tab', () => {
    const dashboard = opened().press('2', 'P', '3', 'P', '1');
    const panes = Array.from({ length: 4 }, () => {
      dashboard.press('tab');
      return dashboard.state.focus === 'list' ? 'list' : sourceOf(dashboard.state);
    });
    expect(panes).toEqual(['cache', 'db', 'api', 'list']);
  });

  test('mark the pane that they are for', () => {
    const dashboard = opened().press('2', 'P', '3', 'tab', 'tab');
    expect(paneText(dashboard, 'db')).toMatch(/^>db/);
    expect(paneText(dashboard, 'api')).toMatch(/^ api/);
  });

  test('scroll, find, filter and wrap in one pane alone', () => {
    const dashboard = opened({ columns: 120, rows: 24 });
    for (let at = 0; at < 100; at++)
      for (const name of ['db', 'api']) dashboard.pod.write(name, `more ${at}\n`);
    dashboard.press('2', 'P', '3', 'tab', 'tab', '&').type('more 7').press('enter', 'w', 'pageup');
    expect(paneText(dashboard, 'db')).toMatch(
      /^>db {2}paused {2}pinned {2}filter more 7 \(11 lines\) {2}wrapped/,
    );
    expect(paneText(dashboard, 'api')).toMatch(/^ api {2}following\n/);
    expect(paneText(dashboard, 'api')).toContain('more 99');
    dashboard.press('tab', 'tab', '/').type('more 9').press('enter');
    expect(paneText(dashboard, 'api')).toMatch(/^>api {2}paused {2}find more 9 11\/11/);
    expect(paneText(dashboard, 'db')).not.toContain('find');
  });

  test('mean the log of the selection while they are for the list', () => {
    const dashboard = opened().press('2', 'P', '3', 'tab', 'tab', 'w', 'tab');
    expect(dashboard.state.focus).toBe('list');
    expect(dashboard.press('t').state.pane).toBeNull();
    expect(paneText(dashboard, 'api')).toMatch(/\n\d\d:\d\d:\d\d\.\d{3} api line 0/);
    expect(paneText(dashboard, 'db')).toMatch(/^ db {2}following {2}pinned {2}wrapped/);
  });

  test('keep the look of a log that is pinned, and that of the selection', () => {
    const dashboard = opened().press('2', 'w', 'P', 'w', '3');
    expect(paneText(dashboard, 'api')).toContain('wrapped');
    expect(paneText(dashboard, 'db')).not.toContain('wrapped');
    expect(paneText(dashboard.press('2'), 'db')).not.toContain('wrapped');
  });

  test('request something for the process of the pane', () => {
    const dashboard = opened().press('2', 'P', '3', 'tab', 'tab', 'r');
    expect(dashboard.effects).toEqual([{ type: 'restart', process: 'db' }]);
    expect(dashboard.press('i').rows[0]).toMatch(/^ db/);
    expect(opened().press('a', 'P', 'a', 'tab', 'tab', 'x').text).toContain('stop which process:');
  });

  test('copy the lines of the pane', () => {
    const dashboard = opened().press('2', 'P', '3', 'tab', 'tab', 'y');
    const [copied] = dashboard.effects;
    const lines = copied?.type === 'copy' ? copied.lines.map(({ line }) => line.toString()) : [];
    expect(lines[0]).toBe('db line 0');
  });
});

describe('a screen with little room', () => {
  test('leaves out the logs that would have fewer than five rows, and says so', () => {
    const dashboard = opened({ columns: 80, rows: 15 }).press('1', 'P', '2', 'P', '3', 'P', '4');
    expect(sourcesOf(dashboard)).toEqual(['web', 'cache']);
    expect(paneText(dashboard, 'cache')).toMatch(/^ cache {2}following {2}pinned {2}\+2 logs/);
    for (const { area } of panesOf(dashboard)) expect(area.height).toBeGreaterThanOrEqual(5);
  });

  test('shows a log that is left out when the keys come to it', () => {
    const dashboard = opened({ columns: 80, rows: 15 }).press('1', 'P', '2', 'P', '3', 'P', '4');
    expect(sourcesOf(dashboard.press('tab', 'tab', 'tab'))).toEqual(['web', 'db']);
    expect(sourcesOf(dashboard.press('tab'))).toEqual(['web', 'api']);
  });

  test('for one pane has each log in its turn', () => {
    const dashboard = opened({ columns: 60, rows: 12 }).press('2', 'P', '3');
    expect(sourcesOf(dashboard)).toEqual([]);
    expect(dashboard.press('tab').rows[1]).toMatch(/^>api {2}following {2}\+1 log/);
    expect(dashboard.press('tab').rows[1]).toMatch(/^>db/);
    expect(dashboard.press('tab').rows[1]).toContain('name');
  });
});

describe('no choice of panes breaks the frame', () => {
  const size = fc.oneof(
    fc.constantFrom(...SIZES, { columns: 200, rows: 50 }),
    fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 60 }) }),
  );
  const keys = fc.array(
    fc.constantFrom(
      ...'12345PaP|wtfJeVyg/&x',
      'tab',
      'tab',
      'enter',
      'escape',
      'up',
      'pageup',
      'right',
      '日',
    ),
    { maxLength: 30 },
  );

  test('whatever the size of the terminal, and the keys', () => {
    fc.assert(
      fc.property(size, keys, (given, typed) => {
        const dashboard = opened(given);
        dashboard.pod.write('db', `${'日本語 '.repeat(40)}\n`);
        dashboard.press(...typed);
        expect(dashboard.widths).toEqual(Array.from({ length: given.rows }, () => given.columns));
        const { state } = dashboard;
        expect(state.pinned.length).toBeLessThanOrEqual(3);
        expect(state.pane === null || state.pinned.includes(state.pane)).toBe(true);
        const isListed = panesOf(dashboard).some(({ source }) => source === sourceOf(state));
        expect(isListed || state.focus === 'list' || panesOf(dashboard).length === 0).toBe(true);
      }),
      { numRuns: inFull ? 1_000 : 100 },
    );
  });
});
