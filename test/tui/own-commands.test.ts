import { describe, expect, test } from 'vitest';
import type { CommandSnapshot } from '../../src/control/pod-client.ts';
import { reduceSnapshot } from '../../src/tui/state/reduce.ts';
import { FakePod, NOON } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const command = (name: string, change: Partial<CommandSnapshot> = {}): CommandSnapshot => ({
  name,
  command: `npm run ${name}`,
  description: '',
  log: `shop.${name}`,
  pid: null,
  launchedAt: null,
  terminal: null,
  lastExit: null,
  ...change,
});

const ENDED = { at: NOON, code: 0, signal: null, ranFor: 1_200, text: 'exited with code 0' };

const open = (...commands: readonly CommandSnapshot[]) => {
  const pod = new FakePod();
  pod.changeProcess('shop', { commands });
  return new PureDashboard(pod);
};

const RUN = { type: 'run-command', process: 'shop', command: 'migrate' };
const STOP = { type: 'stop-command', process: 'shop', command: 'migrate' };

describe('a command beside a process', () => {
  test('is in the palette with its description or its command line', () => {
    const rows = open(command('migrate'), command('seed', { description: 'fills it' })).press(':').text;
    expect(rows).toMatch(/ shop: migrate +npm run migrate/);
    expect(rows).toMatch(/ shop: seed +fills it/);
    expect(rows).not.toContain('log of');
  });

  test('runs from any screen, and its log takes the place of that of its process', () => {
    const shown = open(command('migrate')).press('2', 'i', ':').type('mig').press('enter');
    expect(shown.effects).toEqual([RUN]);
    expect(shown.state).toMatchObject({ screen: 'dashboard', selected: 'shop', focus: 'log' });
    shown.pod.write('shop.migrate', 'table users created\n');
    shown.pod.write('shop', 'GET /\n');
    shown.pod.tell({
      type: 'notice',
      kind: 'command-started',
      name: 'shop',
      command: 'migrate',
      message: 'shop: migrate started (pid 4250)',
    });
    shown.pod.tell({
      type: 'notice',
      kind: 'command-ended',
      name: 'shop',
      command: 'migrate',
      exitCode: 1,
      signal: null,
      message: 'shop: migrate exited with code 1 after 1.2s',
    });
    expect(shown.text).toMatch(/>shop: migrate {2}following/);
    expect(shown.text).toContain('table users created');
    expect(shown.text).toContain('── started (pid 4250) ──');
    expect(shown.text).toContain('── exited with code 1 after 1.2s ──');
    expect(shown.text).not.toContain('GET /');
  });

  test('gives the log of its process back with Esc, and with a selection', () => {
    const shown = open(command('migrate')).press(':').type('mig').press('enter');
    expect(shown.rows.at(-1)).toContain('esc back');
    expect(shown.press('escape').state).toMatchObject({ command: null, focus: 'list', selected: 'shop' });
    shown.press(':', 'enter');
    expect(shown.state.command).toBe('shop.migrate');
    expect(shown.press('tab', 'up').state).toMatchObject({ command: null, selected: 'shipper' });
  });

  test('gets the keys for a start and a stop while they are for its log', () => {
    const shown = open(command('migrate', { lastExit: ENDED }))
      .press(':')
      .type('log of')
      .press('enter');
    expect(shown.effects).toEqual([]);
    expect(shown.rows.at(-1)).toContain('s start');
    expect(shown.rows.at(-1)).not.toContain('r restart');
    expect(shown.press('s', 'r').effects).toEqual([RUN, RUN]);
    shown.pod.changeProcess('shop', { commands: [command('migrate', { pid: 4_250 })] });
    expect(shown.rows.at(-1)).toContain('x stop');
    expect(shown.press('x').effects.at(-1)).toEqual(STOP);
    expect(shown.press('tab', 'x').effects.at(-1)).toEqual({ type: 'stop', process: 'shop' });
  });

  test('that runs is stopped from the palette', () => {
    const shown = open(command('migrate', { pid: 4_250 }))
      .press(':')
      .type('migrate');
    expect(shown.text).toMatch(/> stop shop: migrate +pid 4250; a second stop kills it/);
    expect(shown.press('enter').effects).toEqual([STOP]);
  });

  test('that runs stands below the list while its process is selected', () => {
    expect(open(command('migrate', { pid: 4_250 })).text).toContain('migrate is running (pid 4250)');
    expect(open(command('migrate', { lastExit: ENDED })).text).not.toContain('migrate');
  });

  test('has a log that can be pinned', () => {
    const shown = open(command('migrate', { lastExit: ENDED }))
      .press(':')
      .type('log of')
      .press('enter', 'P');
    shown.press('tab', '2');
    expect(shown.state).toMatchObject({ selected: 'aggregator', pinned: ['shop.migrate'] });
    expect(shown.text).toContain('shop: migrate');
    shown.press('tab', 'tab', 'x');
    expect(shown.effects.at(-1)).toEqual(STOP);
    expect(shown.press('i').state).toMatchObject({ screen: 'details', selected: 'shop' });
  });

  test('that the config has no longer leaves the screen', () => {
    const { state, pod } = open(command('migrate')).press(':').type('mig').press('enter');
    const before = pod.snapshot;
    pod.changeProcess('shop', { commands: [] });
    expect(reduceSnapshot(state, before, pod.snapshot)).toMatchObject({ command: null, selected: 'shop' });
  });

  test('is in the log of all processes and in the details of its process', () => {
    const shown = open(command('migrate', { lastExit: ENDED, description: 'makes the tables' }));
    shown.pod.write('shop.migrate', 'done\n');
    expect(shown.press('a').text).toMatch(/shop\.migrate +done/);
    shown.details = DETAILS;
    expect(shown.press('a', 'i').text).toContain(
      'migrate: npm run migrate  makes the tables  (exited with code 0)',
    );
  });

  test('on a terminal has a screen once it has run', () => {
    const shown = open(command('psql', { log: 'shop.psql' }))
      .press(':')
      .type('psql')
      .press('enter');
    expect(shown.rows[1]).not.toContain('screen');
    const terminal = { columns: 80, rows: 24 };
    shown.pod.changeProcess('shop', {
      commands: [command('psql', { pid: 4_250, launchedAt: NOON, terminal })],
    });
    expect(shown.text).toMatch(/>shop: psql {2}screen/);
    expect(shown.rows.at(-1)).toContain('I type');
    expect(shown.press('I').state.input).toEqual({ process: 'shop.psql' });
    expect(shown.rows.at(-1)).toContain('leaves shop: psql, which gets all keys');
    const before = shown.pod.snapshot;
    shown.pod.changeProcess('shop', { commands: [command('psql', { lastExit: ENDED, terminal })] });
    expect(reduceSnapshot(shown.state, before, shown.pod.snapshot)).toMatchObject({
      input: null,
      command: 'shop.psql',
    });
  });

  test('without a terminal cannot be typed to, and says so', () => {
    const shown = open(command('migrate', { pid: 4_250, launchedAt: NOON }));
    shown.press(':').type('log of').press('enter', 'I');
    expect(shown.text).toContain('shop: migrate has an empty stdin; tty: true gives it a terminal');
    shown.pod.changeProcess('shop', { commands: [command('migrate', { lastExit: ENDED })] });
    expect(shown.press('I').text).toContain('shop: migrate is not running');
  });

  test('is not offered while the pod stops', () => {
    const shown = open(command('migrate'));
    shown.pod.change({ state: 'stopping' });
    expect(shown.press(':').type('migrate').text).toContain('no action has these words');
  });
});

const DETAILS = {
  name: 'shop',
  command: 'node shop.mjs',
  cwd: '/shop',
  enter: [],
  env: [],
  tree: [],
  probes: [],
  exits: [],
  explanation: [],
  cause: null,
};
