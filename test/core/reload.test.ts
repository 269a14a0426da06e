import { describe, expect, test } from 'vitest';
import type { PodSpec, ProcessSpec } from '../../src/model/pod-spec.ts';
import { CoreDriver } from '../support/core-driver.ts';
import { type PodDescription, podSpec } from '../support/pod-spec.ts';
import { said } from '../support/said.ts';

const SHOP = {
  migrate: { role: 'init' },
  redis: { readiness: {}, ports: { main: 7001 } },
  shipper: {},
  app: { version: 1 },
} as const satisfies PodDescription;

/** The shop with everything up; what happened until then is not looked at. */
const upAndRunning = (pod: PodDescription = SHOP): CoreDriver => {
  const driver = new CoreDriver(pod);
  driver.start();
  for (const [name, { role }] of Object.entries(pod)) {
    if (role === 'init' && driver.live.has(name)) driver.exits(name, 0);
    else if (driver.live.get(name)?.attempts.has('readiness')) driver.probe(name, 'readiness', true);
  }
  driver.did();
  return driver;
};

const instances = (driver: CoreDriver, ...names: string[]) =>
  names.map((name) => `${name} ${driver.live.get(name)?.generation} ${driver.live.get(name)?.pid}`);

test('a config that says the same touches nothing', () => {
  const pod = upAndRunning();
  const before = instances(pod, 'redis', 'shipper', 'app');
  const timers = [...pod.timers.keys()];
  expect(pod.plan(SHOP)).toEqual(['keep migrate', 'keep redis', 'keep shipper', 'keep app']);
  pod.reload(SHOP);
  expect(pod.did()).toEqual([]);
  expect(instances(pod, 'redis', 'shipper', 'app')).toEqual(before);
  expect([...pod.timers.keys()]).toEqual(timers);
});

test('only the process whose command has changed restarts', () => {
  const pod = upAndRunning();
  const before = instances(pod, 'redis', 'app');
  pod.reload({ ...SHOP, shipper: { version: 2 } });
  expect(pod.did()).toEqual(['signal shipper SIGTERM']);
  pod.exits('shipper', 'SIGTERM');
  expect(pod.did()).toEqual(['launch shipper']);
  expect(instances(pod, 'redis', 'app')).toEqual(before);
  expect(pod.live.get('shipper')?.generation).toBe(2);
});

test('a primary that has changed restarts, and the pod goes on', () => {
  const pod = upAndRunning();
  pod.reload({ ...SHOP, app: { version: 2 } });
  expect(pod.lastReport('app')?.reason).toEqual({
    kind: 'config-changed',
    because: [{ kind: 'changed', fields: ['command'] }],
  });
  pod.exits('app', 'SIGTERM');
  expect(pod.did()).toEqual(['signal app SIGTERM', 'launch app']);
  expect(pod.pod.stop).toBeNull();
  expect(pod.pod.phase).toBe('running');
});

test('with other ports of a process all restart that depend on it, in order', () => {
  const pod = upAndRunning();
  pod.reload({ ...SHOP, redis: { readiness: {}, ports: { main: 7002 } } });
  expect(pod.did()).toEqual(['signal app SIGTERM']);
  pod.exits('app', 'SIGTERM');
  expect(pod.did()).toEqual(['signal redis SIGTERM']);
  pod.exits('redis', 'SIGTERM');
  expect(pod.did()).toEqual(['launch redis']);
  pod.probe('redis', 'readiness', true);
  expect(pod.did()).toEqual(['launch app']);
});

test('what restarts with a process follows when that has changed, and what follows it as well', () => {
  const chain = (version: number): PodDescription => ({
    base: { version },
    middle: { dependsOn: [{ process: 'base', restart: true }] },
    top: { dependsOn: [{ process: 'middle', restart: true }] },
    aside: { dependsOn: ['base'] },
    app: { dependsOn: [] },
  });
  const pod = upAndRunning(chain(1));
  expect(pod.plan(chain(2))).toEqual([
    'restart base',
    'restart middle',
    'restart top',
    'keep aside',
    'keep app',
  ]);
  pod.reload(chain(2));
  expect(pod.did()).toEqual(['signal top SIGTERM']);
  pod.exits('top');
  pod.exits('middle');
  pod.exits('base');
  expect(pod.did()).toEqual([
    'signal middle SIGTERM',
    'signal base SIGTERM',
    'launch base',
    'launch middle',
    'launch top',
  ]);
});

test('a process is stopped as it was described when it was launched', () => {
  const pod = upAndRunning({ cache: { version: 1, preStop: true, stop: { signal: 'SIGINT' } }, app: {} });
  pod.reload({ cache: { version: 2, stop: { signal: 'SIGQUIT' } }, app: {} });
  expect(pod.did()).toEqual(['run cache preStop']);
  pod.hookEnds('cache', 'preStop');
  expect(pod.did()).toEqual(['signal cache SIGINT']);
  pod.exits('cache');
  pod.request('stop', 'cache');
  expect(pod.did()).toEqual(['launch cache', 'signal cache SIGQUIT']);
});

test('a process that a reload stops for good is stopped as it was described when it was launched', () => {
  const pod = upAndRunning({ cache: { stop: { signal: 'SIGINT' } }, app: { dependsOn: [] } });
  pod.reload({ cache: { stop: { signal: 'SIGQUIT' }, desired: false }, app: { dependsOn: [] } });
  expect(pod.did()).toEqual(['signal cache SIGINT']);
  pod.exits('cache', 'SIGINT');
  pod.request('start', 'cache');
  pod.request('stop', 'cache');
  expect(pod.did()).toEqual(['launch cache', 'signal cache SIGQUIT']);
});

test('what is looked at when its time comes is taken over as the process runs', () => {
  const pod = upAndRunning();
  const { app, redis, ...rest } = SHOP;
  const next: PodDescription = {
    ...rest,
    redis: { ...redis, stop: { grace: 100, signal: 'SIGINT' }, restart: 'never', preStop: true },
    app: { ...app, dependsOn: ['redis'], essential: true },
  };
  expect(pod.plan(next)).toEqual(['keep migrate', 'keep shipper', 'update redis', 'update app']);
  pod.reload(next);
  expect(pod.did()).toEqual([]);
  pod.request('stop', 'redis');
  pod.hookEnds('redis', 'preStop');
  expect(pod.did()).toEqual(['run redis preStop', 'signal redis SIGINT']);
});

test('a new process starts when its gates hold', () => {
  const pod = upAndRunning();
  pod.reload({ ...SHOP, proxy: { dependsOn: ['cache'] }, cache: { readiness: {} } });
  expect(pod.did()).toEqual(['launch cache']);
  expect(pod.state('proxy')).toBe('pending');
  pod.probe('cache', 'readiness', true);
  expect(pod.did()).toEqual(['launch proxy']);
});

test('a removed process stops, and is no part of the pod any more', () => {
  const pod = upAndRunning();
  const { shipper: _, ...rest } = SHOP;
  pod.reload(rest);
  expect(pod.did()).toEqual(['signal shipper SIGTERM']);
  expect(pod.states()).toMatchObject({ shipper: 'stopping' });
  pod.exits('shipper', 'SIGTERM');
  expect(pod.lastReport('shipper')).toMatchObject({ state: 'stopped', reason: { kind: 'removed' } });
  expect(Object.keys(pod.states())).toEqual(['migrate', 'redis', 'app']);
  expect(pod.did()).toEqual(['forget shipper']);
});

test('removed processes stop in reverse order of their start', () => {
  const pod = upAndRunning({ base: {}, top: { dependsOn: ['base'] }, app: { dependsOn: [] } });
  pod.reload({ app: { dependsOn: [] } });
  expect(pod.did()).toEqual(['signal top SIGTERM']);
  pod.exits('top', 'SIGTERM');
  expect(pod.did()).toEqual(['forget top', 'signal base SIGTERM']);
});

test('what has gone from the config cannot be started any more', () => {
  const pod = upAndRunning();
  const { shipper: _, ...rest } = SHOP;
  pod.reload(rest);
  pod.request('start', 'shipper');
  expect(pod.events().at(-1)).toMatchObject({ type: 'refused', because: 'unknown-process' });
});

test('a process that was waiting or backing off goes at once when it is removed', () => {
  const pod = upAndRunning({ crasher: {}, waiter: { dependsOn: ['crasher'] }, app: { dependsOn: [] } });
  pod.exits('crasher', 1);
  pod.exits('crasher', 1);
  pod.exits('waiter', 1);
  expect(pod.states()).toMatchObject({ crasher: 'backoff', waiter: 'pending' });
  pod.reload({ app: { dependsOn: [] } });
  expect(pod.states()).toEqual({ app: 'ready' });
  expect(pod.timers.size).toBe(0);
});

test('a process that comes back under its old name is a new one, and no word of the old is taken for its own', () => {
  const { shipper, ...rest } = SHOP;
  const pod = upAndRunning();
  pod.reload(rest);
  pod.exits('shipper', 'SIGTERM');
  pod.reload({ ...rest, shipper });
  expect(pod.lastReport('shipper')).toMatchObject({ state: 'ready', restarts: 0 });
  expect(pod.live.get('shipper')?.generation).toBe(2);
  pod.send({
    type: 'gone',
    process: 'shipper',
    generation: 1,
    exit: { code: 1, signal: null, status: 1, failure: null },
    survivors: [],
  });
  expect(pod.state('shipper')).toBe('ready');
});

test('words of a process that has left are not heard', () => {
  const { shipper: _, ...rest } = SHOP;
  const pod = upAndRunning();
  pod.reload(rest);
  pod.exits('shipper', 'SIGTERM');
  const before = pod.pod;
  pod.send({
    type: 'hook-ended',
    process: 'shipper',
    generation: 1,
    hook: 'preStop',
    ok: true,
    finding: said(''),
  });
  pod.send({ type: 'timer', process: 'shipper', purpose: 'kill', id: 99 });
  expect(pod.pod).toBe(before);
});

test('a change that is taken back while the old instance stops still brings a new instance', () => {
  const pod = upAndRunning();
  pod.reload({ ...SHOP, shipper: { version: 2 } });
  pod.reload(SHOP);
  pod.exits('shipper', 'SIGTERM');
  expect(pod.did()).toEqual(['signal shipper SIGTERM', 'launch shipper']);
});

test('a process that has failed for good starts when its config has changed', () => {
  const pod = upAndRunning({ once: { restart: 'never', version: 1 }, app: { dependsOn: [] } });
  pod.exits('once', 1);
  expect(pod.state('once')).toBe('failed');
  pod.reload({ once: { restart: 'never', version: 2 }, app: { dependsOn: [] } });
  expect(pod.did()).toEqual(['launch once']);
});

test('a process that backs off starts at once when its config has changed', () => {
  const pod = upAndRunning({ crasher: { version: 1 }, app: { dependsOn: [] } });
  pod.exits('crasher', 1);
  pod.exits('crasher', 1);
  expect(pod.state('crasher')).toBe('backoff');
  pod.did();
  pod.reload({ crasher: { version: 2 }, app: { dependsOn: [] } });
  expect(pod.did()).toEqual(['launch crasher']);
});

test('a process that was stopped by hand stays down, whatever has changed of it', () => {
  const pod = upAndRunning();
  pod.request('stop', 'shipper');
  pod.exits('shipper', 'SIGTERM');
  pod.did();
  pod.reload({ ...SHOP, shipper: { version: 2 } });
  expect(pod.did()).toEqual([]);
  expect(pod.state('shipper')).toBe('stopped');
});

test('a process that is no longer wanted stops, and one that is wanted by now starts', () => {
  const pod = upAndRunning({ one: {}, other: { desired: false }, app: { dependsOn: [] } });
  pod.reload({ one: { desired: false }, other: {}, app: { dependsOn: [] } });
  expect(pod.did()).toEqual(['signal one SIGTERM', 'launch other']);
  pod.exits('one', 'SIGTERM');
  expect(pod.states()).toMatchObject({ one: 'stopped', other: 'ready' });
});

test('an init task that has completed does not run again for a reload', () => {
  const pod = upAndRunning();
  pod.reload({ ...SHOP, app: { version: 2 } });
  pod.exits('app', 'SIGTERM');
  expect(pod.did()).toEqual(['signal app SIGTERM', 'launch app']);
});

describe('an init task that has completed', () => {
  const withLaunch = (launch: Partial<ProcessSpec['launch']>): PodSpec => {
    const spec = podSpec(SHOP);
    const migrate = spec.processes.get('migrate');
    if (migrate === undefined) throw new Error('no migrate');
    const edited = { ...migrate, launch: { ...migrate.launch, ...launch } };
    return { ...spec, processes: new Map([...spec.processes, ['migrate', edited]]) };
  };
  const ENV = podSpec(SHOP).processes.get('migrate')?.launch.env;

  test.each<[edit: string, Partial<ProcessSpec['launch']>]>([
    ['its folder', { cwd: '/shop/db' }],
    ['its command', { command: { kind: 'shell', line: 'migrate --all' } }],
    ['its envFile', { env: { ...ENV, files: [{ path: '/shop/.env', required: true }] } as never }],
  ])('runs again for an edit of %s', (_, launch) => {
    const pod = upAndRunning();
    pod.reload(withLaunch(launch));
    expect(pod.did()).toEqual(['launch migrate']);
  });

  test.each<[edit: string, Partial<ProcessSpec['launch']>]>([
    ['the pod’s env', { env: { ...ENV, pod: { LEVEL: 'debug' } } as never }],
    ['its own env', { env: { ...ENV, own: { LEVEL: 'debug' } } as never }],
    ['the pod’s envFile', { env: { ...ENV, podFiles: [{ path: '/shop/.env', required: true }] } as never }],
  ])('does not run again for an edit of %s', (_, launch) => {
    const pod = upAndRunning();
    expect(pod.plan(withLaunch(launch))).toContain('keep migrate');
    pod.reload(withLaunch(launch));
    expect(pod.did()).toEqual([]);
  });

  test('does not run again for other ports of what it depended on, nor for other probes of its own', () => {
    const pod = new CoreDriver({
      redis: { ports: { main: 1 } },
      migrate: { role: 'init', dependsOn: ['redis'] },
      app: {},
    });
    pod.start();
    pod.exits('migrate', 0);
    pod.did();
    pod.reload({
      redis: { ports: { main: 2 } },
      migrate: { role: 'init', dependsOn: ['redis'], postStart: true },
      app: { dependsOn: [] },
    });
    expect(pod.did()).not.toContain('launch migrate');
    expect(pod.state('migrate')).toBe('completed');
  });
});

test('an init task that has changed runs again, and what is up stays up', () => {
  const pod = upAndRunning();
  pod.reload({ ...SHOP, migrate: { role: 'init', version: 2 } });
  expect(pod.did()).toEqual(['launch migrate']);
  pod.exits('migrate', 0);
  expect(pod.did()).toEqual([]);
  expect(pod.state('app')).toBe('ready');
});

test('an init task that completes just before its restart runs again, as it has changed', () => {
  const pod = new CoreDriver({ migrate: { role: 'init', preStop: true, version: 1 }, app: {} });
  pod.start();
  pod.reload({ migrate: { role: 'init', version: 2 }, app: {} });
  pod.exits('migrate', 0);
  expect(pod.did()).toEqual(['launch migrate', 'run migrate preStop', 'launch migrate']);
});

test('a new volume or a neighbour with ports restarts nobody', () => {
  const pod = upAndRunning();
  const spec = podSpec({ ...SHOP, cache: { ports: { main: 7009 } } });
  const { app } = SHOP;
  const primary = podSpec({ app }).processes.get('app');
  if (primary === undefined) throw new Error('no app');
  const env = { ...primary.launch.env, injected: { CACHE_SERVICE_PORT: '7009', VOLUME_LOGS: '/logs' } };
  const injected = { ...primary, dependsOn: [], launch: { ...primary.launch, env } };
  pod.reload({ ...spec, processes: new Map([...spec.processes, ['app', injected]]) });
  expect(pod.did()).toEqual(['launch cache']);
});

test('two processes that change places in the order stop and start without waiting for themselves', () => {
  const pod = upAndRunning({ low: {}, high: { dependsOn: ['low'], version: 1 }, app: { dependsOn: [] } });
  pod.request('stop', 'low');
  pod.exits('low', 'SIGTERM');
  pod.did();
  pod.reload({ high: { version: 2 }, low: { dependsOn: ['high'] }, app: { dependsOn: [] } });
  expect(pod.did()).toEqual(['signal high SIGTERM']);
});

test('a reload during the stop is ignored', () => {
  const pod = upAndRunning();
  pod.stop();
  pod.did();
  const before = pod.pod;
  pod.reload({ ...SHOP, cache: {} });
  expect(pod.pod).toBe(before);
  expect(pod.did()).toEqual([]);
});

test('a stop of the pod overtakes a reload that is under way', () => {
  const pod = upAndRunning();
  pod.reload({ ...SHOP, app: { version: 2 } });
  pod.stop();
  pod.exits('app', 'SIGTERM');
  pod.exits('redis', 'SIGTERM');
  pod.exits('shipper', 'SIGTERM');
  expect(pod.exitCode).toBe(0);
});

test('a primary under another name takes the place of the one there was', () => {
  const pod = upAndRunning({ app: {}, redis: {} });
  pod.reload({ shop: { role: 'primary' }, redis: {} });
  expect(pod.did()).toEqual(['signal app SIGTERM', 'launch shop']);
  pod.exits('app', 'SIGTERM');
  expect(pod.pod.stop).toBeNull();
  pod.exits('shop', 3);
  pod.exits('redis', 'SIGTERM');
  expect(pod.exitCode).toBe(3);
});

test('the plan says why, and the reload does what it says', () => {
  const pod = upAndRunning();
  const next: PodDescription = { ...SHOP, redis: { readiness: {}, ports: { main: 7002 } }, cache: {} };
  pod.reload(next);
  const told = pod.events().find((event) => event.type === 'reload');
  expect(told?.plan.map(({ process, action, because }) => [process, action, because])).toEqual([
    ['migrate', 'keep', []],
    ['redis', 'restart', [{ kind: 'changed', fields: ['ports'] }]],
    ['shipper', 'keep', []],
    ['cache', 'start', [{ kind: 'new' }]],
    ['app', 'restart', [{ kind: 'ports-of', process: 'redis' }]],
  ]);
});
