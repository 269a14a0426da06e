import { describe, expect, test } from 'vitest';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const WORKERS = Array.from({ length: 200 }, (_, at) => processSnapshot({ name: `worker-${at + 1}` }));
const many = (rows = 30) => new PureDashboard(new FakePod(WORKERS), { columns: 120, rows });
const namesOf = ({ rows }: PureDashboard) =>
  rows.flatMap((row) => /^[> ](?: \d| {2}) [sPi] . (\S+)/.exec(row)?.[1] ?? []);

describe('the filter of the list', () => {
  test('leaves the processes with all its words in their names, while it is typed', () => {
    const dashboard = many().press('/').type('work 19');
    expect(namesOf(dashboard)).toEqual(
      ['worker-19', ...Array.from({ length: 10 }, (_, at) => `worker-${190 + at}`), 'worker-119'].toSorted(
        (a, b) => Number(a.slice(7)) - Number(b.slice(7)),
      ),
    );
    expect(dashboard.rows.at(-1)).toMatch(/^ show processes: work 19/);
    expect(dashboard.rows[1]).toContain('/work 19 12 of 200');
    expect(dashboard.state.selected).toBe('worker-19');
  });

  test('stays after enter, its rows are gone through with the arrows, and escape removes it', () => {
    const dashboard = many().press('/').type('20').press('down', 'enter');
    expect(dashboard.state.selected).toBe('worker-120');
    expect(dashboard.press('down', 'down').state.selected).toBe('worker-200');
    expect(dashboard.press('1').state.selected).toBe('worker-20');
    expect(dashboard.press('escape').rows[1]).toContain('20 of 200');
  });

  test('that no process has says so, and leaves the selection alone', () => {
    const dashboard = many().press('/').type('zebra').press('enter');
    expect(dashboard.text).toContain('no process has these words in its name');
    expect(dashboard.state.selected).toBe('worker-1');
  });

  test('belongs to the list: with the keys for the log, the same key finds text', () => {
    expect(many().press('tab', '/').rows.at(-1)).toMatch(/^ find: /);
  });
});

describe('a list that is longer than the screen', () => {
  test('says which of how many is selected', () => {
    expect(many().press('down', 'down').rows[1]).toContain(' 3 of 200');
    expect(new PureDashboard(new FakePod()).rows[1]).not.toContain(' of ');
  });

  test.each(Array.from({ length: 24 }, (_, at) => 40 + at * 5))(
    'has whole titles before that number on %i columns',
    (columns) => {
      const { rows } = new PureDashboard(new FakePod(WORKERS), { columns, rows: 12 }).press('end');
      const titles =
        /^ *#(.*?) {2}200 of 200/
          .exec(rows[1] ?? '')?.[1]
          ?.trim()
          .split(/ +/) ?? [];
      expect(['name', 'state', 'cpu', 'mem', 'up']).toEqual(expect.arrayContaining(titles));
      expect(titles[0]).toBe('name');
    },
  );

  test('is gone through by pages, and to its ends', () => {
    const dashboard = many();
    expect(dashboard.press('pagedown').state.selected).toBe('worker-27');
    expect(dashboard.press('pagedown', 'pageup').state.selected).toBe('worker-27');
    expect(dashboard.press('end').state.selected).toBe('worker-200');
    expect(dashboard.press('pagedown').state.selected).toBe('worker-200');
    expect(dashboard.press('home').state.selected).toBe('worker-1');
  });
});

test('a list that is longer than the screen leaves room for the reason of the selected process', () => {
  const pod = new FakePod(WORKERS);
  pod.changeProcess('worker-7', { state: 'failed', why: 'exited with code 3' });
  const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 });
  expect(namesOf(dashboard)).toHaveLength(21);
  expect(dashboard.press('!').text).toMatch(/^── worker-7 [\s\S]*^ exited with code 3 /m);
  expect(namesOf(dashboard)).toHaveLength(15);
  expect(dashboard.text).toMatch(/worker-7 +failed +│/);
});

describe('the order of the list', () => {
  const pod = () =>
    new FakePod([
      processSnapshot({ name: 'web-10' }),
      processSnapshot({ name: 'web-2', state: 'backoff', why: 'exited' }),
      processSnapshot({ name: 'api', state: 'pending', why: 'waiting' }),
    ]);

  test('goes from the start to states, CPU, memory and names, and says so', () => {
    const dashboard = new PureDashboard(pod(), { columns: 200, rows: 20 });
    dashboard.usage = new Map([
      ['api', { cpu: 0.5, memory: 1, processes: 1 }],
      ['web-10', { cpu: 0.1, memory: 9, processes: 1 }],
    ]);
    const orders = Array.from({ length: 5 }, () => {
      dashboard.press('O');
      return [/by (\w+)/.exec(dashboard.rows[1] ?? '')?.[1] ?? 'start', ...namesOf(dashboard)];
    });
    expect(orders).toEqual([
      ['state', 'web-2', 'api', 'web-10'],
      ['cpu', 'api', 'web-10', 'web-2'],
      ['memory', 'web-10', 'api', 'web-2'],
      ['name', 'api', 'web-2', 'web-10'],
      ['start', 'web-10', 'web-2', 'api'],
    ]);
  });

  test('decides which process a number or an arrow selects', () => {
    const dashboard = new PureDashboard(pod()).press('O', '1');
    expect(dashboard.state.selected).toBe('web-2');
    expect(dashboard.press('down').state.selected).toBe('api');
  });
});

describe('the key for what has failed', () => {
  const failing = () => {
    const pod = new FakePod(WORKERS);
    pod.changeProcess('worker-7', { state: 'failed' });
    pod.changeProcess('worker-150', { state: 'backoff' });
    return new PureDashboard(pod, { columns: 120, rows: 30 });
  };

  test('goes from one to the next, and from the last to the first', () => {
    const dashboard = failing();
    expect(dashboard.rows.at(-1)).toContain('! failed');
    const visited = ['!', '!', '!'].map((key) => dashboard.press(key).state.selected);
    expect(visited).toEqual(['worker-7', 'worker-150', 'worker-7']);
  });

  test('finds what the filter hides, if nothing in the list has failed', () => {
    const dashboard = failing().press('/').type('99').press('enter', '!');
    expect(dashboard.state).toMatchObject({ selected: 'worker-150', listFilter: '' });
  });

  test('says that nothing has', () => {
    expect(many().press('!').rows.at(-2)).toBe(' no process has failed or waits for input');
    expect(many().rows.at(-1)).not.toContain('! failed');
  });
});
