import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigReads } from '../../../src/config/known/config-reads.ts';
import type { LoadedConfig } from '../../../src/config/resolve/loaded-config.ts';
import { findSlotProblems } from '../../../src/config/schema/schema-problems.ts';
import type { PodSpec } from '../../../src/model/pod-spec.ts';
import type { Preparation } from '../../../src/supervisor/preparation.ts';
import { type KnownPlan, specFrom, specKeyOf } from '../../../src/supervisor/reading/known-plan.ts';
import { planOf } from '../../../src/supervisor/reading/plan.ts';
import { podOf } from '../../../src/supervisor/reading/pod-of.ts';
import { resolveLoaded } from '../../../src/supervisor/reading/resolve-loaded.ts';
import { inputsFor, load } from '../../config/support.ts';

const ENV = { HOME: '/home/ann', PATH: '/usr/bin', UNUSED: '1' };

const preparation: Preparation = {
  origin: { kind: 'file', folder: '/', file: null, locals: new Map() },
  mode: 'dev',
  only: [],
  without: [],
  label: null,
  env: ENV,
  colors: true,
  primaryCommand: null,
  callerStreams: 'none',
  primaryArgs: [],
  watching: true,
  cache: null,
  purpose: 'run',
};

const RUN_ID = '1234abcd';

interface Planned {
  readonly spec: PodSpec;
  readonly plan: KnownPlan | null;
}

const planned = (loaded: LoadedConfig, runId = RUN_ID): Planned => {
  const reads = new ConfigReads();
  const { ports } = inputsFor(loaded);
  const run = { ports, runId, checkResult: findSlotProblems, reads };
  const resolved = resolveLoaded(preparation, loaded, run);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  const spec = resolved.value;
  const specKey = specKeyOf(preparation, ports);
  const pod = podOf(loaded, preparation);
  const facts = { loaded, pod, spec, specKey, runId, hasVariables: !reads.isComparable };
  return { spec, plan: planOf(preparation, facts) };
};

const primary = { command: ['node', 'app.js'] };

const shop = {
  name: 'shop',
  env: { STAGE: 'blue', GONE: null, TABLE: '${volumes.data}/table' },
  volumes: { data: {}, kept: { persist: true }, far: { path: 'far' } },
  init: { seed: { command: 'seed > $VOLUME_DATA/seeded' } },
  sidecars: {
    db: {
      command: ['db', '--port', '${ports.db.main}'],
      ports: { main: 'auto', admin: { port: 'auto', host: '0.0.0.0' } },
      mounts: { data: 'db/data' },
      readiness: { log: /ready (?<n>\d+)/iu, period: '2s' },
      liveness: { exec: 'true' },
      startup: { log: 'plain' },
    },
    edge: { use: 'ambassador', with: { to: 'app.http', tls: false } },
    watcher: { use: 'monitor' },
  },
  primary: {
    ...primary,
    name: 'app',
    ports: { http: 'auto' },
    watch: ['src'],
    files: { conf: 'a=${ports.app.http}' },
  },
  ui: { wrap: true },
};

const several = {
  sidecars: { db: { command: 'db', ports: { main: 5432 } } },
  apps: {
    web: { env: { DB: '${ports.db.main}' }, primary: { ...primary, instances: 3, ports: { http: 'auto' } } },
    work: { primary: { ...primary, dependsOn: ['web'], restart: 'always' } },
  },
};

test.each([
  ['one app', shop],
  ['several apps', several],
])('a planned spec of a pod with %s is the spec itself, for another run too', (_, config) => {
  const loaded = load(config);
  const { spec, plan } = planned(loaded);
  if (plan === null) throw new Error('it has no plan');
  expect(specFrom(plan, RUN_ID, ENV)).toStrictEqual(spec);
  expect(specFrom(plan, 'ffff0000', ENV)).toStrictEqual(planned(loaded, 'ffff0000').spec);
});

test('processes of a planned spec share the addresses of the others, as those of a spec do', () => {
  const { plan, spec } = planned(load(several));
  const shared = (pod: PodSpec | null): number =>
    new Set([...(pod?.processes.values() ?? [])].map(({ launch }) => launch.env.services)).size;
  expect(shared(plan && specFrom(plan, RUN_ID, ENV))).toBe(shared(spec));
});

test('a plan holds only as long as the working directories are there', () => {
  const loaded = load({ primary: { ...primary, cwd: 'deep' } }, { 'deep/file': '' });
  const { plan } = planned(loaded);
  if (plan === null) throw new Error('it has no plan');
  expect(specFrom(plan, RUN_ID, ENV)).not.toBeNull();
  renameSync(join(loaded.folder, 'deep'), join(loaded.folder, 'other'));
  expect(specFrom(plan, RUN_ID, ENV)).toBeNull();
});

test.each([
  ['an env file', { envFile: '.env', primary }],
  ['an env file of a process', { primary: { ...primary, envFile: '.env' } }],
  ['a container', { primary, sidecars: { db: { image: 'db' } } }],
  ['a reference to a variable', { primary: { ...primary, env: { A: '${env.HOME}' } } }],
  ['the number of the run', { primary: { ...primary, env: { A: RUN_ID } } }],
])('a pod with %s has no plan', (_, config) => {
  expect(planned(load(config, { '.env': 'A=1' })).plan).toBeNull();
});
