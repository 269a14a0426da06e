import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matching } from '../../src/tui/state/palette.ts';
import { reduceSnapshot } from '../../src/tui/state/reduce.ts';
import { anyText } from '../support/any-text.ts';
import { FakePod, processSnapshot, SHOP } from '../support/fake-pod.ts';
import { inFull } from '../support/in-full.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const dashboard = (pod = new FakePod()) => new PureDashboard(pod);
const firstName = (shown: PureDashboard) => /^> (.*?) {2}/.exec(shown.rows[1] ?? '')?.[1];

describe('the palette', () => {
  test.each([
    ['the dashboard', []],
    ['the log', ['enter']],
    ['the details', ['i']],
    ['the start order', ['d']],
    ['the events', ['H']],
    ['the help', ['?']],
    ['selected lines', ['V']],
  ])('opens on %s, and Esc goes back there', (_, keys) => {
    const pod = new FakePod();
    pod.write('shop', 'line\n');
    const shown = dashboard(pod).press(...keys);
    const before = shown.state;
    expect(shown.press(':').rows[0]).toMatch(/^ actions: \d+ of \d+/);
    expect(shown.press('escape').state).toEqual(before);
  });

  test('lists actions with their keys and help, and what can be done to each process', () => {
    const { text } = dashboard().press(':').type('w');
    expect(text).toMatch(/ wrap +w +wrap or cut long lines/);
    const all = dashboard();
    all.size = { columns: 120, rows: 200 };
    const rows = all.press(':').text;
    expect(rows).toMatch(/ restart shop +r +restart it: the app/);
    expect(rows).toMatch(/ stop ambassador +stop it/);
    expect(rows).toMatch(/ open aggregator +open its port/);
    expect(rows).toMatch(/ go to shipper +select it/);
  });

  test('leaves out what cannot be done now', () => {
    const { text } = dashboard().press(':').type('start ');
    expect(text).toContain(' restart shop');
    expect(text).not.toMatch(/^[> ] start shop/m);
    expect(dashboard().press(':').type('open shipper').text).toContain('no action has these words');
    expect(dashboard().press(':').type('next match').text).not.toMatch(/^[> ] next match/m);
  });

  test.each([
    ['restart sh', 'restart shop'],
    ['shop restart', 'restart shop'],
    ['rssh', 'restart shop'],
    ['json', 'pretty'],
    ['WRAP', 'wrap'],
  ])('finds by "%s" the action "%s" first', (typed, name) => {
    expect(firstName(dashboard().press(':').type(typed))).toBe(name);
  });

  test('runs the chosen action with Enter, wherever the user is', () => {
    expect(dashboard().press(':').type('restart aggr').press('enter').effects).toEqual([
      { type: 'restart', process: 'aggregator' },
    ]);
    expect(dashboard().press('i', ':').type('wrap').press('enter').state).toMatchObject({
      screen: 'dashboard',
      wrap: true,
      editor: null,
    });
    const values = dashboard().press(':').type('show env').press('enter').state;
    expect(values).toMatchObject({ screen: 'details', envShown: true });
    expect(dashboard().press(':').type('search').press('enter').state.editor).toMatchObject({
      for: 'search',
    });
  });

  test('asks before it kills, and before it stops the pod', () => {
    const killing = dashboard().press(':').type('kill shop').press('enter');
    expect(killing.rows.at(-1)).toContain('kill shop with its process tree?');
    expect(killing.press('y').effects).toEqual([{ type: 'kill', process: 'shop' }]);
    expect(dashboard().press(':').type('quit').press('enter').rows.at(-1)).toContain('stop the pod');
  });

  test('goes to a process that the filter of the list hides', () => {
    const shown = dashboard().press('/').type('seed').press('enter', ':').type('go to shop').press('enter');
    expect(shown.state).toMatchObject({ selected: 'shop', listFilter: '', merged: false });
  });

  test('acts on the selected process first, and only on it if its group is closed', () => {
    const shown = dashboard().press('2', ':').type('restart');
    expect(firstName(shown)).toBe('restart all');
    expect(shown.press('down').text).toMatch(/^> restart aggregator/m);
    const apps = new FakePod([
      processSnapshot({ name: 'web', role: 'primary', app: 'web', instance: 1 }),
      processSnapshot({ name: 'cache', app: 'web', instance: 1 }),
    ]);
    const closed = dashboard(apps).press('c', ':').type('restart web').press('enter');
    expect(closed.effects).toEqual([{ type: 'restart', process: 'web' }]);
  });

  test('has what was taken last at the top', () => {
    const shown = dashboard().press(':').type('wrap').press('enter', ':').type('merge').press('enter', ':');
    expect(shown.rows.slice(1, 3).map((row) => row.slice(2, 7))).toEqual(['merge', 'wrap ']);
  });

  test('moves with the arrows and stays within the list', () => {
    const shown = dashboard().press(':', 'up').type('restart sh');
    expect(firstName(shown.press('down', 'up', 'up'))).toBe('restart shop');
    expect(shown.press(...Array.from({ length: 400 }, () => 'down')).text).toMatch(/^> /m);
    expect(shown.press('enter').effects).toHaveLength(1);
  });

  test('says that no action has the words, and goes on', () => {
    const shown = dashboard().press(':').type('zzzz').press('enter');
    expect(shown.rows.at(-1)).toContain('no action has these words');
    expect(shown.press('ctrl+u').type('wrap').press('enter').state.wrap).toBe(true);
  });

  test('closes when the pod begins to stop', () => {
    const { state, pod } = dashboard().press(':');
    const before = pod.snapshot;
    pod.change({ state: 'stopping' });
    expect(reduceSnapshot(state, before, pod.snapshot)).toMatchObject({ editor: null, screen: 'quit' });
  });

  test('has a place in the last row of a terminal with one row', () => {
    const shown = dashboard();
    shown.size = { columns: 60, rows: 1 };
    expect(shown.press(':').type('restart sh').rows).toEqual([
      ' action: restart sh    → restart shop   enter, esc, ↑, ↓',
    ]);
    shown.size = { columns: 30, rows: 4 };
    expect(shown.rows[1]).toBe('> restart shop     r  restart…');
  });
});

describe('200 processes', () => {
  const many = new FakePod(
    Array.from({ length: 200 }, (_, at) => processSnapshot({ name: `worker-${at}`, restarts: 1 })),
  );

  test('are found by a part of their names', () => {
    expect(firstName(dashboard(many).press(':').type('stop 199'))).toBe('stop worker-199');
  });
});

describe('words', () => {
  const entries = SHOP.map(({ name, description }) => ({
    name,
    help: description,
    key: '',
    deed: { kind: 'go-to', process: processSnapshot({ name }) } as const,
  }));

  test('must all be in the name or in the help', () => {
    const names = (text: string) => matching(entries, text).map(({ name }) => name);
    expect(names('app')).toEqual(['shop']);
    expect(names('log agg')).toEqual(['aggregator']);
    expect(names('')).toHaveLength(entries.length);
    expect(names('agg zzz')).toEqual([]);
  });
});

test('no text and no size breaks the frame of the palette', () => {
  const size = fc.oneof(
    fc.constantFrom(...SIZES),
    fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 60 }) }),
  );
  const keys = fc.array(
    fc.oneof(
      fc.constantFrom(
        'up',
        'down',
        'pageup',
        'pagedown',
        'left',
        'ctrl+u',
        'enter',
        'escape',
        ':',
        '日',
        '👨‍👩‍👧',
      ),
      anyText(8),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(size, keys, anyText(40), (given, typed, description) => {
      const pod = new FakePod();
      const about = {
        command: 'true',
        description,
        log: 'shop.migrate',
        pid: null,
        launchedAt: null,
        terminal: null,
        lastExit: null,
      };
      pod.changeProcess('shop', { commands: [{ name: 'migrate', ...about }] });
      const shown = dashboard(pod);
      shown.size = given;
      shown.press(':', ...typed);
      expect(shown.widths).toEqual(Array.from({ length: given.rows }, () => given.columns));
    }),
    { numRuns: inFull ? 1_000 : 100 },
  );
});
