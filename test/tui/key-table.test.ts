import { expect, test } from 'vitest';
import { actionOf, KEY_TABLE, keyTable } from '../../src/tui/state/key-table.ts';
import { FakePod } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

test('no key does two things in one place', () => {
  for (const { action, keys, places } of KEY_TABLE)
    for (const key of keys)
      for (const place of places)
        expect([key, place, actionOf(KEY_TABLE, place, key)]).toEqual([key, place, action]);
});

test('the help has every key', () => {
  const help = new PureDashboard(new FakePod(), { columns: 120, rows: 80 }).press('?').text;
  for (const entry of KEY_TABLE) expect(help).toContain(entry.help);
});

test('the help of a suspended dashboard says what the pod does, here and elsewhere', () => {
  const helpOf = (attached: boolean) =>
    keyTable({}, attached).find(({ action }) => action === 'suspend')?.help;
  expect(helpOf(false)).toContain('the pod waits once its pipes are full');
  expect(helpOf(true)).toContain('the pod keeps running');
});
