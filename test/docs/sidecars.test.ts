import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { PRESETS } from '../../src/sidecars/presets.ts';
import { problemsOf } from '../config/support.ts';

const page = readFileSync(new URL('../../docs/sidecars/README.md', import.meta.url), 'utf8');

/** What the table has of each: its name, and its smallest config. */
const rows = [...page.matchAll(/^\| [^|]+ \| \[`([\w-]+)`\]\(\1\.md\) \| `(.+)` \|$/gm)].map(
  ([, use = '', config = '']) => [use, config] as const,
);

const AROUND = {
  redis: { command: 'redis-server', ports: { main: 6379 } },
  sink: { use: 'log-sink' },
};

it('the overview lists every ready-made sidecar once', () => {
  expect(rows.map(([use]) => use).toSorted()).toEqual([...PRESETS.keys()].toSorted());
});

it.each(rows)('the smallest config of %s has no problem', (_, config) => {
  const pod = {
    volumes: { conf: {} },
    sidecars: { ...AROUND, ...(load(config) as object) },
    primary: { name: 'web', command: 'web', ports: { http: 3000 } },
  };
  expect(problemsOf(pod, { 'app.conf.mustache': 'port = 1' })).toBe('no problem');
});
