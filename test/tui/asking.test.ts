import { describe, expect, test } from 'vitest';
import { INITIAL } from '../../src/tui/state/ui-state.ts';
import { FakePod, processSnapshot, SHOP } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const STOP = { type: 'stop-pod', grace: null, by: 'the dashboard' };

describe('a quit', () => {
  test('asks while something runs, and the same key again stops the pod', () => {
    const dashboard = new PureDashboard(new FakePod()).press('q');
    expect(dashboard.rows.at(-1)).toMatch(/^ stop the pod \(3 running\)\? q again stops it; y yes/);
    expect(dashboard.effects).toEqual([]);
    expect(dashboard.press('q').effects).toEqual([STOP]);
    expect(dashboard.state.screen).toBe('quit');
    expect(dashboard.press('q').effects.at(-1)).toMatchObject({ type: 'kill-pod' });
  });

  test.each([60, 40, 20])('says how to answer on %i columns', (columns) => {
    const dashboard = new PureDashboard(new FakePod(), { columns, rows: 10 }).press('q');
    expect(dashboard.text).toMatch(/^ y yes: stop the/m);
  });

  test('is called off by any other key', () => {
    const dashboard = new PureDashboard(new FakePod()).press('q', 'x', 'q', 'escape');
    expect(dashboard.effects).toEqual([]);
    expect(dashboard.state.question).toBeNull();
  });

  test.each([
    ['by Ctrl-C', 'ctrl+c', SHOP, true],
    ['when nothing runs', 'q', SHOP.map((process) => ({ ...process, pid: null })), true],
    ['when the config says so', 'q', SHOP, false],
  ])('does not ask %s', (_, key, processes, confirmQuit) => {
    const dashboard = new PureDashboard(new FakePod(processes));
    dashboard.state = { ...dashboard.state, confirmQuit };
    expect(dashboard.press(key).effects).toEqual([STOP]);
  });

  test('is made by Ctrl-C when a key has asked', () => {
    expect(new PureDashboard(new FakePod()).press('q', 'ctrl+c').effects).toEqual([STOP]);
  });

  test('asks if nothing else is said', () => {
    expect(INITIAL.confirmQuit).toBe(true);
  });
});

describe('a request in the log of all processes', () => {
  const merged = () => new PureDashboard(new FakePod()).press('a');

  test('asks for whom, by name', () => {
    const dashboard = merged().press('x');
    expect(dashboard.effects).toEqual([]);
    expect(dashboard.type('ship').rows.at(-1)).toMatch(/^ stop which process: ship +→ shipper {3}enter, esc/);
    expect(dashboard.press('enter').effects).toEqual([{ type: 'stop', process: 'shipper' }]);
    expect(dashboard.state).toMatchObject({ editor: null, merged: true });
  });

  test('takes the number of the list, too', () => {
    expect(merged().press('r', '2', 'enter').effects).toEqual([{ type: 'restart', process: 'aggregator' }]);
  });

  test('asks again before a kill', () => {
    const dashboard = merged().press('enter', 'X').type('shop').press('enter');
    expect(dashboard.rows.at(-1)).toContain('kill shop with its process tree?');
    expect(dashboard.press('y').effects).toEqual([{ type: 'kill', process: 'shop' }]);
  });

  test('is not made without a name that is known, and is called off with escape', () => {
    const dashboard = merged().press('x', 'enter');
    expect(dashboard.rows.at(-1)).toContain('type a name, some of it, or its number');
    expect(dashboard.type('zebra').press('enter', 'escape').effects).toEqual([]);
    expect(dashboard.state.editor).toBeNull();
  });

  test('shows its keys, whatever the hidden selection is', () => {
    const dashboard = new PureDashboard(new FakePod()).press('1', 'a');
    expect(dashboard.rows.at(-1)).toContain('r restart  x stop  s start');
  });
});

test('an init task that has failed or completed can be run again, and says so', () => {
  const dashboard = new PureDashboard(
    new FakePod([processSnapshot({ name: 'seed', role: 'init', state: 'failed' })]),
  );
  expect(dashboard.rows.at(-1)).toContain('r restart');
  expect(dashboard.rows.at(-1)).not.toContain('s start');
});

test('a process that had to be killed is told so while the pod stops', () => {
  const pod = new FakePod();
  pod.changeProcess('shop', {
    state: 'stopped',
    pid: null,
    lastExit: { at: 0, code: null, signal: 'SIGKILL', ranFor: 1, text: 'was killed by SIGKILL' },
  });
  expect(new PureDashboard(pod).press('ctrl+c').text).toMatch(/shop +killed/);
});

describe('the arrows', () => {
  test('go through the processes of the start order, and keep the one that is marked in sight', () => {
    const pod = new FakePod(Array.from({ length: 60 }, (_, at) => processSnapshot({ name: `worker-${at}` })));
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 20 }).press('d', 'down', 'down');
    expect(dashboard.text).toMatch(/ > . worker-2 /);
    for (let at = 0; at < 50; at++) dashboard.press('down');
    expect(dashboard.text).toMatch(/ > . worker-52 /);
  });

  test('to the side go to the details of the next process, and of the one before', () => {
    const dashboard = new PureDashboard(new FakePod()).press('i', 'right');
    expect(dashboard.state).toMatchObject({ screen: 'details', selected: 'ambassador' });
    expect(dashboard.press('left', 'left').state.selected).toBe('shipper');
  });
});
