import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { engineRows } from './engines-table.ts';

test('docs/sidecars/engines.md says of every option which engines can carry it out', () => {
  const page = readFileSync(new URL('../../docs/sidecars/engines.md', import.meta.url), 'utf8');
  const [, table = ''] = /<!-- table -->\n(.*?)\n<!-- \/table -->/s.exec(page) ?? [];
  expect(table.split('\n').slice(2)).toEqual(engineRows());
});
