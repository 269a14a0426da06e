import { expect, test } from 'vitest';
import { DASHBOARD_KEYS } from '../../src/config/dashboard.ts';
import { actionOf, KEY_TABLE } from '../../src/tui/state/key-table.ts';
import { FakePod } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

test('the config knows every action, its keys and where they count', () => {
  const known = KEY_TABLE.map(({ action, keys, contexts }) => [action, { keys, places: contexts }]);
  expect(DASHBOARD_KEYS).toEqual(Object.fromEntries(known));
});

test('no key does two things in one place', () => {
  for (const { action, keys, contexts } of KEY_TABLE)
    for (const key of keys)
      for (const context of contexts)
        expect([key, context, actionOf(KEY_TABLE, context, key)]).toEqual([key, context, action]);
});

test('the help has every key', () => {
  const help = new PureDashboard(new FakePod(), { columns: 120, rows: 80 }).press('?').text;
  for (const entry of KEY_TABLE) expect(help).toContain(entry.help);
});
