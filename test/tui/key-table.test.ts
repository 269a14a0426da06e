import { expect, test } from 'vitest';
import { DASHBOARD_ACTIONS } from '../../src/config/dashboard.ts';
import { KEY_TABLE, keyConflicts, keyTable } from '../../src/tui/state/key-table.ts';
import { FakePod } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

test('no key does two things in one place', () => {
  expect(keyConflicts(KEY_TABLE)).toEqual([]);
});

test('a config that gives one key to two actions is told where they meet', () => {
  expect(keyConflicts(keyTable({ restart: ['x'] }))).toContain("x is both 'restart' and 'stop' in the list");
});

test('a config may give keys to every action there is, and to no other', () => {
  expect([...DASHBOARD_ACTIONS].sort()).toEqual(KEY_TABLE.map(({ action }) => action).sort());
});

test('the help has every key', () => {
  const help = new PureDashboard(new FakePod(), { columns: 120, rows: 80 }).press('?').text;
  for (const entry of KEY_TABLE) expect(help).toContain(entry.help);
});
