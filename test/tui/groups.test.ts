import { describe, expect, test } from 'vitest';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const of = (app: string, instance: number, name: string, role: 'sidecar' | 'primary') =>
  processSnapshot({ name, role, app, instance });

const apps = () =>
  new FakePod([
    processSnapshot({ name: 'cache' }),
    of('web', 1, 'web-1-proxy', 'sidecar'),
    of('web', 1, 'web-1', 'primary'),
    of('web', 2, 'web-2-proxy', 'sidecar'),
    of('web', 2, 'web-2', 'primary'),
    of('worker', 1, 'worker', 'primary'),
    of('worker', 1, 'worker-queue', 'sidecar'),
  ]);
const rowsOf = ({ rows }: PureDashboard) =>
  rows.flatMap((row) => {
    const [, mark, name, state] = /^[> ](?: \d| {2}) ([▸sPi]) . (\S+) +(\w+)/.exec(row) ?? [];
    return name === undefined ? [] : [`${mark} ${name} ${state}`];
  });

describe('a group of the list', () => {
  test('is the instance of a process, then its app, then open again', () => {
    const dashboard = new PureDashboard(apps()).press('2', 'c');
    expect(rowsOf(dashboard).slice(0, 4)).toEqual([
      's cache ready',
      '▸ web-1 ready',
      's web-2-proxy ready',
      'P web-2 ready',
    ]);
    expect(dashboard.state.selected).toBe('web-1');
    expect(rowsOf(dashboard.press('c'))).toEqual([
      's cache ready',
      '▸ web ready',
      'P worker ready',
      's worker-queue ready',
    ]);
    expect(rowsOf(dashboard.press('c'))).toHaveLength(7);
  });

  test('is the app at once, if it has one instance, and nothing for a shared process', () => {
    const dashboard = new PureDashboard(apps()).press('6', 'c');
    expect(rowsOf(dashboard).at(-1)).toBe('▸ worker ready');
    expect(dashboard.press('1', 'c').rows.at(-2)).toBe(' cache belongs to no app');
    expect(dashboard.rows.at(-1)).not.toContain('c fold');
  });

  test('has the worst state of its processes, and says why', () => {
    const pod = apps();
    pod.changeProcess('web-2-proxy', { state: 'failed', why: 'exited with code 3' });
    const dashboard = new PureDashboard(pod, { columns: 200, rows: 20 }).press('2', 'c', 'c');
    expect(dashboard.text).toMatch(/▸ ✗ web +failed +3 of 4 ready; web-2-proxy: exited with…/);
    expect(dashboard.text).toMatch(/^ 3 of 4 ready; web-2-proxy: exited with code 3 /m);
  });

  test('gets requests for all of its processes, after a question', () => {
    const dashboard = new PureDashboard(apps()).press('2', 'c', 'r');
    expect(dashboard.rows.at(-1)).toContain('restart all 2 processes of web-1?');
    expect(dashboard.press('y').effects).toEqual([
      { type: 'restart', process: 'web-1-proxy' },
      { type: 'restart', process: 'web-1' },
    ]);
  });

  test('is opened for a process in it that has failed', () => {
    const pod = apps();
    const dashboard = new PureDashboard(pod).press('2', 'c', 'c');
    pod.changeProcess('web-2-proxy', { state: 'failed' });
    expect(dashboard.press('!').state).toMatchObject({ selected: 'web-2-proxy', closed: ['web#1'] });
  });

  test('is one process on its other screens', () => {
    expect(new PureDashboard(apps()).press('2', 'c', 'enter', 'r').effects).toEqual([
      { type: 'restart', process: 'web-1' },
    ]);
  });
});
