import { describe, expect, test } from 'vitest';
import { groupsOf } from '../../src/tui/state/groups.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const of = (app: string, instance: number, name: string, role: 'sidecar' | 'primary' | 'init' = 'sidecar') =>
  processSnapshot({ name, role, app, instance });

const web = (instance: number) => [
  of('web', instance, `web-${instance}-proxy`),
  of('web', instance, `web-${instance}`, 'primary'),
];
const apps = () =>
  new FakePod([
    processSnapshot({ name: 'cache' }),
    ...web(1),
    ...web(2),
    of('worker', 1, 'worker', 'primary'),
    of('worker', 1, 'worker-queue'),
    of('cron', 1, 'cron', 'primary'),
  ]);
const rowsOf = ({ rows }: PureDashboard) =>
  rows.flatMap((row) => {
    const [, selected, sign, name] =
      /^([> ])( \d| [▸▾]| {2}) [sPi ] . ( *\S+) +(?:ready|failed|stopped|pending)/.exec(row) ?? [];
    return name === undefined ? [] : [`${selected}${sign} ${name}`];
  });

describe('a pod with several apps', () => {
  test('has headings for its apps and their instances, with their processes below', () => {
    expect(rowsOf(new PureDashboard(apps()))).toEqual([
      '  1 cache',
      '  ▾ web',
      '  ▾  web-1',
      '  2   web-1-proxy',
      '> 3   web-1',
      '  ▾  web-2',
      '  4   web-2-proxy',
      '  5   web-2',
      '  ▾ worker',
      '  6  worker',
      '  7  worker-queue',
      '  8 cron',
    ]);
  });

  test('has a heading for what the apps share, at the place of its first process', () => {
    const pod = new FakePod([
      processSnapshot({ name: 'queue' }),
      of('api', 1, 'api', 'primary'),
      processSnapshot({ name: 'balancer' }),
    ]);
    expect(rowsOf(new PureDashboard(pod))).toEqual(['  ▾ shared', '  1  queue', '  2  balancer', '> 3 api']);
  });

  test('has headings for instances only, if it is one app', () => {
    const pod = new FakePod([...web(1), ...web(2)]);
    expect(rowsOf(new PureDashboard(pod)).map((row) => row.slice(4))).toEqual([
      'web-1',
      ' web-1-proxy',
      ' web-1',
      'web-2',
      ' web-2-proxy',
      ' web-2',
    ]);
    expect(groupsOf('shop', new FakePod().snapshot.processes)).toEqual([]);
  });

  test('keeps its groups together in every order of the list', () => {
    const pod = apps();
    pod.changeProcess('web-2-proxy', { state: 'failed' });
    expect(rowsOf(new PureDashboard(pod).press('O')).slice(0, 4)).toEqual([
      '  ▾ web',
      '  ▾  web-2',
      '  1   web-2-proxy',
      '  2   web-2',
    ]);
  });
});

describe('a heading of the list', () => {
  test('is selected with the arrows, and shows the log of its primary', () => {
    const dashboard = new PureDashboard(apps()).press('home', 'down', 'down');
    expect(rowsOf(dashboard)[2]).toBe('> ▾  web-1');
    expect(dashboard.state).toMatchObject({ selected: 'web-1', heading: 'web#1' });
    expect(rowsOf(dashboard.press('down'))[3]).toBe('> 2   web-1-proxy');
    expect(rowsOf(dashboard.press('up', 'up'))[1]).toBe('> ▾ web');
  });

  test('hides its processes with the key that folds, and shows them again', () => {
    const dashboard = new PureDashboard(apps()).press('home', 'down', 'c');
    expect(rowsOf(dashboard)).toEqual([
      '  1 cache',
      '> ▸ web',
      '  ▾ worker',
      '  2  worker',
      '  3  worker-queue',
      '  4 cron',
    ]);
    expect(rowsOf(dashboard.press('c'))).toHaveLength(12);
  });

  test('is where the selection goes from a process whose group is closed', () => {
    const dashboard = new PureDashboard(apps()).press('2', 'c');
    expect(rowsOf(dashboard).slice(1, 4)).toEqual(['  ▾ web', '> ▸  web-1', '  ▾  web-2']);
    expect(rowsOf(dashboard.press('up', 'c', 'c')).slice(1, 4)).toEqual([
      '> ▾ web',
      '  ▸  web-1',
      '  ▾  web-2',
    ]);
  });

  test('stands for nothing else: a process without a group folds nothing', () => {
    const dashboard = new PureDashboard(apps()).press('1', 'c');
    expect(dashboard.rows.at(-2)).toBe(' there is no group to fold here');
    expect(dashboard.rows.at(-1)).not.toContain('c fold');
    expect(dashboard.press('2').rows.at(-1)).toContain('c fold');
  });

  test('has the worst state of its processes, and says why', () => {
    const pod = apps();
    pod.changeProcess('web-2-proxy', { state: 'failed', why: 'exited with code 3' });
    const dashboard = new PureDashboard(pod, { columns: 200, rows: 30 }).press('home', 'down');
    expect(dashboard.text).toMatch(/▾ {3}✗ web +failed +3\/4; web-2-proxy: exited/);
    expect(dashboard.text).toMatch(/▾ {3}● +web-1 +ready +2\/2 /);
    expect(dashboard.text).toMatch(/^── web ─.*\n 3 of 4 ready .*\n web-2-proxy: exited with code 3 /m);
  });

  test('tells what its processes use together', () => {
    const dashboard = new PureDashboard(apps()).press('home', 'down');
    dashboard.usage = new Map(
      ['web-1', 'web-2', 'worker'].map((name) => [name, { cpu: 0.1, memory: 2 ** 24, processes: 1 }]),
    );
    expect(dashboard.text).toMatch(/^ 20% cpu, 32M /m);
  });

  test('stays with a filter as long as one of its processes does', () => {
    const dashboard = new PureDashboard(apps()).press('/').type('web prox').press('enter');
    expect(rowsOf(dashboard)).toEqual([
      '  ▾ web',
      '  ▾  web-1',
      '> 1   web-1-proxy',
      '  ▾  web-2',
      '  2   web-2-proxy',
    ]);
  });

  test('is gone with its group, and its primary stays selected', () => {
    const pod = apps();
    const dashboard = new PureDashboard(pod).press('home', 'down', 'down');
    pod.change({ processes: pod.snapshot.processes.filter(({ name }) => name !== 'web-1-proxy') });
    expect(rowsOf(dashboard)[2]).toBe('> 2  web-1');
  });

  test.each(SIZES)('leaves each row as wide as the screen at $columns × $rows', (size) => {
    const dashboard = new PureDashboard(apps(), size).press('home', 'down', 'c');
    expect(new Set(dashboard.widths.slice(0, -1))).toEqual(new Set([size.columns]));
    expect(dashboard.rows).toHaveLength(size.rows);
  });
});

describe('a request for a group', () => {
  const onWeb1 = (pod = apps()) => new PureDashboard(pod).press('home', 'down', 'down');

  test('asks, and is then made for each of its processes', () => {
    const dashboard = onWeb1().press('r');
    expect(dashboard.rows.at(-1)).toContain('restart all 2 processes of web-1?');
    expect(dashboard.press('y').effects).toEqual([
      { type: 'restart', process: 'web-1-proxy' },
      { type: 'restart', process: 'web-1' },
    ]);
  });

  test('leaves out the processes that it makes no sense for', () => {
    const pod = new FakePod([
      processSnapshot({ name: 'cache' }),
      { ...of('web', 1, 'web-migrate', 'init'), state: 'completed', pid: null },
      { ...of('web', 1, 'web-proxy'), state: 'stopped', pid: null },
      of('web', 1, 'web-tail'),
      of('web', 1, 'web', 'primary'),
    ]);
    const asked = (key: string) => new PureDashboard(pod).press('home', 'down', key).rows.at(-1);
    expect(asked('r')).toContain('restart 2 of 4 processes of web?');
    expect(asked('x')).toContain('stop 2 of 4 processes of web?');
    expect(asked('X')).toContain('kill 2 of 4 processes of web?');
    expect(asked('s')).toContain('start 1 of 4 processes of web?');
  });

  test('that makes sense for none of them says so', () => {
    expect(onWeb1().press('s').rows.at(-2)).toBe(' web-1: everything has been started');
  });

  test('opens the port of its primary', () => {
    const pod = apps();
    pod.changeProcess('web-1', {
      ports: [{ name: 'http', port: 3_000, protocol: 'tcp', host: '127.0.0.1' }],
    });
    expect(onWeb1(pod).press('o').effects).toEqual([{ type: 'open-url', url: 'http://127.0.0.1:3000/' }]);
  });

  test('is for the primary alone on its other screens', () => {
    expect(onWeb1().press('enter', 'r').effects).toEqual([{ type: 'restart', process: 'web-1' }]);
  });

  test('in the log of all processes asks for whom, also for one in a closed group', () => {
    const dashboard = onWeb1().press('c', 'a', 'r').type('1-prox').press('enter');
    expect(dashboard.effects).toEqual([{ type: 'restart', process: 'web-1-proxy' }]);
  });
});

test('a process that has failed opens the groups around it', () => {
  const pod = apps();
  const dashboard = new PureDashboard(pod).press('2', 'c', 'up', 'c');
  pod.changeProcess('web-2-proxy', { state: 'failed' });
  expect(dashboard.press('!').state).toMatchObject({ selected: 'web-2-proxy', closed: ['web#1'] });
});
