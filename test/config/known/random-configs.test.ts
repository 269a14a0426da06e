import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { ConfigReads } from '../../../src/config/known/config-reads.ts';
import { recallConfig } from '../../../src/config/known/known-config.ts';
import { knownTextOf, writeKnown } from '../../../src/config/known/remember-config.ts';
import type { LoadedConfig } from '../../../src/config/resolve/loaded-config.ts';
import { dryRun, resolvePod } from '../../../src/config/resolve/resolve-pod.ts';
import type { Result } from '../../../src/model/failures/config-problem.ts';
import { PRESETS } from '../../../src/sidecars/presets.ts';
import { inFull } from '../../support/in-full.ts';
import { inputsFor, makeFolder } from '../support.ts';

const withoutUndefined = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
  if (Array.isArray(value)) return value.map(withoutUndefined);
  const set = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(set.map(([key, each]) => [key, withoutUndefined(each)]));
};

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

const text = fc.constantFrom(
  ...['a b', 'ü"\\', '$${env.TOKEN}', '${ports.web.http}'],
  ...['${env.TOKEN}', '${env.FROM_FILE}'],
);
const envFile = optional(fc.constantFrom<unknown>('.env', { path: 'app.env', required: false }));

const web = fc.record({
  name: fc.constant('web'),
  command: fc.oneof(fc.constantFrom('run', 'run $HOME'), fc.array(text, { minLength: 1, maxLength: 3 })),
  ports: fc.constantFrom<unknown>({ http: 'auto' }, { http: 3000 }),
  env: optional(fc.dictionary(fc.constantFrom('A', 'B'), fc.oneof(text, fc.integer(), fc.constant(null)))),
  envFile,
  cwd: optional(fc.constant('here')),
  readiness: optional(fc.constantFrom<unknown>({ log: /^up "\d+"$/iu }, { http: '/ready' }, false)),
});

const used = fc.constantFrom(
  { use: 'telemetry' },
  { use: 'telemetry', with: { forward: { url: 'https://example.com', headers: { Key: '${env.TOKEN}' } } } },
  { use: 'ambassador', with: { to: 'web.http' } },
  { use: 'ambassador', with: { to: '${env.UPSTREAM}' } },
  { use: 'monitor' },
);

const config = fc
  .record({
    name: optional(fc.constantFrom('shop', 'pod')),
    env: optional(fc.dictionary(fc.constantFrom('A', 'B'), text)),
    envFile,
    sidecars: optional(fc.dictionary(fc.constantFrom('one', 'two'), used)),
    primary: web,
  })
  .map(withoutUndefined);

interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** What is there when a config is read: it may be right with the one, and wrong with the other. */
const surroundings = fc
  .record({
    env: fc.record({
      HOME: fc.constant('/home/ann'),
      TOKEN: optional(fc.constantFrom('sesame', 'other')),
      UPSTREAM: optional(fc.constantFrom('http://127.0.0.1:1', 'https://example.com', 'nonsense')),
      XDG_DATA_HOME: fc.constantFrom('/data', '/data', '/more'),
    }),
    files: fc.record({
      '.env': optional(fc.constantFrom('FROM_FILE=a\n', 'FROM_FILE=b\nTOKEN=c\n', 'FROM_FILE="a\n')),
      'app.env': optional(fc.constantFrom('TOKEN=d\n', 'UPSTREAM=http://127.0.0.1:2\n')),
      'here/file': optional(fc.constant('')),
    }),
  })
  .map((all) => withoutUndefined(all) as Surroundings);

const FILE = 'sidecars.config.json';
const READER = 'this test';

const surround = (folder: string, { files }: Surroundings): void => {
  for (const name of ['.env', 'app.env', 'here'])
    rmSync(join(folder, name), { recursive: true, force: true });
  if (files['here/file'] !== undefined) mkdirSync(join(folder, 'here'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
};

const resolved = (loaded: LoadedConfig, { env }: Surroundings): unknown =>
  resolvePod(loaded, inputsFor(loaded, { env }));

interface Counts {
  remembered: number;
  recalled: number;
}

/** Remembers a config where it is right, and then looks elsewhere: what is recalled there is what is read there. */
const compare = (written: unknown, before: Surroundings, after: Surroundings, counts: Counts): void => {
  const folder = makeFolder({ [FILE]: '{}' });
  const cache = makeFolder();
  const file = join(folder, FILE);
  const check = ({ env }: Surroundings, reads?: ConfigReads): Result<LoadedConfig> =>
    checkConfig(written, { file, folder, env, reads }, PRESETS);
  surround(folder, before);
  const reads = new ConfigReads();
  reads.file(file);
  const loaded = check(before, reads);
  if (!loaded.ok) return;
  const text = knownTextOf(loaded.value, { reads, files: [file] }, READER);
  if (text !== null) writeKnown(cache, file, [text]);
  for (const now of [before, after]) {
    surround(folder, now);
    const known = recallConfig({ cache, file, env: now.env }, () => undefined, READER);
    const isRight = known !== null && !(known.namesOthers && dryRun(known.loaded, now.env).length > 0);
    const recalled = isRight ? known.loaded : null;
    const whole = check(now);
    if (now === before && recalled !== null) counts.remembered += 1;
    if (recalled === null) continue;
    counts.recalled += 1;
    expect(whole).toEqual({ ok: true, value: recalled });
    expect(resolved(recalled, now)).toEqual(resolved((whole as { value: LoadedConfig }).value, now));
  }
};

test('a config that is recalled is what a whole reading makes of it, whatever has changed around it', () => {
  const counts = { remembered: 0, recalled: 0 };
  const runs = { numRuns: inFull ? 5_000 : 100 };
  fc.assert(
    fc.property(config, surroundings, surroundings, (written, before, after) =>
      compare(written, before, after, counts),
    ),
    runs,
  );
  // Of the configs that are right, most are known, and some of them still hold elsewhere.
  expect(counts.remembered).toBeGreaterThan(runs.numRuns / 20);
  expect(counts.recalled).toBeGreaterThan(counts.remembered * 1.1);
});
