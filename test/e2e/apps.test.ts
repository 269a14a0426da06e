import { describe, expect, test } from 'vitest';
import { CommandLine, type JsonEvent } from '../support/command-line.ts';
import { PodRig, type Steered, seqOf, statesOf, stop } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';
import { published } from '../support/published-schema.ts';

/** A shared cache, `web` with a proxy of its own, and `jobs`. */
const SHOP = (steered: Steered) => ({
  sidecars: { cache: steered('cache') },
  apps: {
    web: { sidecars: { proxy: steered('proxy') }, primary: steered('web') },
    jobs: { primary: steered('jobs') },
  },
});

/** Two of `web`, each with a sidecar of its own; they are told apart by their steering names. */
const TWICE = (steered: Steered) => ({
  sidecars: { cache: steered('cache', { ports: { main: 'auto' }, readiness: false }) },
  apps: {
    web: {
      volumes: { logs: {} },
      sidecars: { proxy: steered('proxy-${app.instance}', { ports: { main: 'auto' }, readiness: false }) },
      primary: steered('web-${app.instance}', {
        instances: 2,
        ports: { http: 'auto' },
        readiness: false,
        env: { LOGS: '${volumes.logs}', PROXY: '${ports.proxy.main}' },
      }),
    },
  },
});

const SLEEPER = 'exec sleep 300';

const ofType = (events: readonly JsonEvent[], type: string): JsonEvent[] =>
  events.filter((event) => event.type === type);

describe('several apps', () => {
  test('can end one by one: what belongs to an app stops with it, and the pod goes on with the others', async () => {
    await using rig = await PodRig.open(SHOP);
    const run = rig.up();
    const [web, jobs, cache] = await Promise.all([rig.child('web'), rig.child('jobs'), rig.child('cache')]);
    const proxy = await rig.child('proxy');
    await run.event('it runs', (event) => event.type === 'pod' && event['state'] === 'running');
    await web.exit(3);
    await run.state('web-proxy', 'stopped');
    expect(proxy.signals).toEqual(['SIGTERM']);
    expect([jobs.signals, cache.signals]).toEqual([[], []]);
    expect(ofType(run.events, 'app')).toMatchObject([
      { name: 'web', state: 'ended', exitCode: 3, reason: 'primary exited with code 3' },
    ]);
    expect(statesOf(run.events, 'jobs')).toEqual(['starting', 'ready']);
    const why = rig.run(['why', 'web-proxy']);
    expect((await why.exit()).code).toBe(0);
    expect(why.stdout).toContain('app web has ended.\nReason: primary exited with code 3.\n');
    await jobs.exit(0);
    expect(await run.exit()).toEqual({ code: 3, signal: null });
    expect(ofType(run.events, 'pod').at(-1)).toMatchObject({
      exitCode: 3,
      reason: 'all apps have ended: web exited with code 3; jobs exited with code 0',
    });
  });

  test('shared sidecars stop after all of them, and each process says which it belongs to', async () => {
    await using rig = await PodRig.open(SHOP);
    const run = rig.up();
    await Promise.all([run.state('web', 'ready'), run.state('jobs', 'ready')]);
    expect(await stop(run)).toEqual({ code: 0, signal: null });
    const { events } = run;
    for (const name of ['web', 'web-proxy', 'jobs'])
      expect(seqOf(events, name, 'stopped')).toBeLessThan(seqOf(events, 'cache', 'stopped'));
    expect(seqOf(events, 'web', 'stopped')).toBeLessThan(seqOf(events, 'web-proxy', 'stopped'));
    const started = events.filter(({ state }) => state === 'starting');
    const apps = Object.fromEntries(started.map(({ name, app, instance }) => [name, [app, instance]]));
    expect(apps).toMatchObject({
      cache: [undefined, undefined],
      'web-proxy': ['web', 1],
      web: ['web', 1],
      jobs: ['jobs', 1],
    });
  });

  test('are independent: one that cannot start ends with code 1, and the others do not notice', async () => {
    await using rig = await PodRig.open((steered) => ({
      apps: {
        web: { init: { migrate: steered('migrate') }, primary: steered('web') },
        jobs: { primary: steered('jobs') },
      },
    }));
    const run = rig.up();
    const [migrate, jobs] = await Promise.all([rig.child('migrate'), rig.child('jobs')]);
    await migrate.exit(9);
    const ended = await run.event('the end of web', ({ type }) => type === 'app');
    expect(ended).toMatchObject({ name: 'web', exitCode: 1 });
    expect(ended['reason']).toMatch(/^web cannot start: web-migrate failed$/);
    expect(rig.steering.count('web')).toBe(0);
    await jobs.exit(0);
    expect((await run.exit()).code).toBe(1);
  });

  test('what is essential in one ends that one; what is essential to all ends the pod', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { cache: steered('cache', { essential: true, restart: 'never' }) },
      apps: {
        web: {
          sidecars: { guard: steered('guard', { essential: true, restart: 'never' }) },
          primary: steered('web'),
        },
        jobs: { primary: steered('jobs') },
      },
    }));
    const run = rig.up();
    await Promise.all([run.state('web', 'ready'), run.state('jobs', 'ready')]);
    await (await rig.child('guard')).exit(0);
    await run.state('web', 'stopped');
    expect(statesOf(run.events, 'jobs')).toEqual(['starting', 'ready']);
    await (await rig.child('cache')).exit(0);
    expect((await run.exit()).code).toBe(1);
    expect(ofType(run.events, 'pod').at(-1)?.['reason']).toMatch(
      /^essential process cache ended and will not be restarted/,
    );
  });

  test('can come back: a start of its primary brings back an app that has ended, with its sidecars', async () => {
    await using rig = await PodRig.open(SHOP);
    const run = rig.up();
    await Promise.all([run.state('web', 'ready'), run.state('jobs', 'ready')]);
    await (await rig.child('web')).exit(1);
    await run.state('web-proxy', 'stopped');
    const status = rig.run(['status']);
    await status.exit();
    expect(status.stdout).toMatch(/^app web {2}ended \(primary exited with code 1\)$/m);
    expect(await rig.run(['start', 'web']).exit()).toMatchObject({ code: 0 });
    await run.until('both are up again', () => statesOf(run.events, 'web-proxy').at(-1) === 'ready');
    expect(statesOf(run.events, 'web').at(-1)).toBe('ready');
    expect((await stop(run)).code).toBe(0);
  });

  test('are told apart in plain output: which has ended, and why', async () => {
    await using rig = await PodRig.open(SHOP);
    const run = rig.run(['up', '--ui', 'plain']);
    await rig.child('jobs');
    await (await rig.child('web')).exit(2);
    await run.output(/sidecarctl \| app web has ended: primary exited with code 2/, 'stderr');
    await run.output(/sidecarctl \| web-proxy has stopped/, 'stderr');
    expect((await stop(run)).code).toBe(2);
  });
});

describe('instances', () => {
  test('each has its own sidecars, ports, volumes, and knows which it is', async () => {
    await using rig = await PodRig.open(TWICE);
    const run = rig.up();
    const webs = await Promise.all([rig.child('web-1'), rig.child('web-2')]);
    const proxies = await Promise.all([rig.child('proxy-1'), rig.child('proxy-2')]);
    const numbers = webs.flatMap(({ env }) => [env['PORT'], env['PROXY']]);
    expect(new Set(numbers).size).toBe(4);
    for (const [index, { env }] of webs.entries()) {
      const own = proxies[index]?.env ?? {};
      expect(env).toMatchObject({ SIDECARCTL_APP: 'web', SIDECARCTL_INSTANCE: `${index + 1}` });
      expect(env['PROXY']).toBe(own['PORT']);
      expect(own['WEB_SERVICE_PORT']).toBe(env['PORT']);
      expect(env['LOGS']).toMatch(new RegExp(`web-${index + 1}-logs$`));
      expect(env['CACHE_SERVICE_PORT']).toMatch(/^\d+$/);
    }
    expect(webs[0].env['WEB_2_SERVICE_PORT']).toBe(webs[1].env['PORT']);
    expect((await stop(run)).code).toBe(0);
  });

  test('are independent: the end of one leaves the other and its sidecars alone', async () => {
    await using rig = await PodRig.open(TWICE);
    const run = rig.up();
    const [first, second] = await Promise.all([rig.child('web-1'), rig.child('web-2')]);
    await first.exit(0);
    await run.state('web-1-proxy', 'stopped');
    expect(statesOf(run.events, 'web-2-proxy')).toEqual(['starting', 'ready']);
    await second.exit(0);
    expect((await run.exit()).code).toBe(0);
  });

  test('commands take the name of the app for the primaries of all', async () => {
    await using rig = await PodRig.open(TWICE);
    const run = rig.up();
    await Promise.all([run.state('web-1', 'ready'), run.state('web-2', 'ready')]);
    const waited = rig.run(['wait', 'web', '--json']);
    expect((await waited.exit()).code).toBe(0);
    expect(published('waited', JSON.parse(waited.stdout)).conditions.map(({ process }) => process)).toEqual([
      'web-1',
      'web-2',
    ]);
    const restarted = rig.run(['restart', 'web', '--json']);
    expect((await restarted.exit()).code).toBe(0);
    const { processes } = published('steered', JSON.parse(restarted.stdout));
    expect(processes.map(({ name, state }) => `${name} ${state}`)).toEqual(['web-1 ready', 'web-2 ready']);
    expect(statesOf(run.events, 'web-1-proxy')).toEqual(['starting', 'ready']);
    const env = rig.run(['env', 'web']);
    expect((await env.exit()).code).toBe(2);
    expect(env.stderr).toBe('sidecarctl: app web has instances: name one of web-1, web-2\n');
    const status = rig.run(['status', '--json']);
    await status.exit();
    const snapshot = published('snapshot', JSON.parse(status.stdout));
    expect(snapshot.processes.map(({ name, app, instance }) => [name, app, instance])).toContainEqual([
      'web-2-proxy',
      'web',
      2,
    ]);
    expect((await stop(run)).code).toBe(0);
  });

  test('that share a fixed port are refused before anything starts', async () => {
    await using rig = await PodRig.open((steered) => ({
      primary: steered('app', { name: 'web', instances: 2, ports: { http: 8080 } }),
    }));
    const run = rig.run(['up']);
    expect((await run.exit()).code).toBe(2);
    expect(run.stderr).toMatch(/primary\.ports\.http: only one instance can have port 8080: write 'auto'/);
    expect(rig.steering.all).toEqual([]);
  });

  test('of a config with one app have all of it for each', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { cache: steered('cache-${app.instance}') },
      primary: steered('web-${app.instance}', { name: 'web', instances: 2 }),
    }));
    const run = rig.up();
    const [one, other] = await Promise.all([rig.child('web-1'), rig.child('web-2')]);
    await rig.child('cache-2');
    await one.exit(0);
    await run.state('web-1-cache', 'stopped');
    await other.exit(4);
    expect((await run.exit()).code).toBe(4);
  });
});

describe('a part of the apps', () => {
  test('--only takes an app with all that is its own, and its end is that of the pod', async () => {
    await using rig = await PodRig.open(SHOP);
    const run = rig.up('--only', 'web');
    await rig.child('proxy');
    await (await rig.child('web')).exit(5);
    expect((await run.exit()).code).toBe(5);
    expect(rig.steering.count('jobs')).toBe(0);
    expect(ofType(run.events, 'pod').at(-1)?.['reason']).toBe('primary exited with code 5');
  });

  test('run takes the place of the one primary that is left, and asks which where there are several', async () => {
    await using rig = await PodRig.open(SHOP);
    const asked = rig.run(['run', '--', 'true']);
    expect((await asked.exit()).code).toBe(2);
    expect(asked.stderr).toMatch(/there are several primaries: web, jobs\. Choose one with --only NAME/);
    const run = rig.run([
      'run',
      '--only',
      'web',
      '--',
      'sh',
      '-c',
      'echo in the place of $SIDECARCTL_APP; exit 6',
    ]);
    expect((await run.exit()).code).toBe(6);
    expect(run.stdout).toMatch(/in the place of web/);
    expect(rig.steering.count('web')).toBe(0);
  });

  test('up --detach returns when all primaries are ready, and says which app has not come up', async () => {
    await using rig = await PodRig.open((steered) => ({
      apps: {
        web: { primary: steered('web', { readiness: { file: 'web-is-ready' } }) },
        // Never ready: else the pod could be up before its end has been noticed.
        jobs: { primary: steered('jobs', { readiness: { file: 'jobs-is-ready' } }) },
      },
    }));
    const up = rig.run(['up', '--detach']);
    await (await rig.child('jobs')).exit(7);
    const web = await rig.child('web');
    await rig.project.write('web-is-ready', '');
    expect((await up.exit()).code).toBe(1);
    expect(up.stdout).toMatch(/is up/);
    expect(up.stderr).toMatch(/app jobs has ended: primary exited with code 7/);
    expect(web.signals).toEqual([]);
    expect((await rig.run(['down']).exit()).code).toBe(0);
  });
});

describe('an edit of the number of instances', () => {
  const config = (instances: number) =>
    configFile({
      sidecars: { cache: { command: SLEEPER } },
      apps: {
        web: {
          sidecars: { proxy: { command: SLEEPER, ports: { main: 'auto' }, readiness: false } },
          primary: {
            command: SLEEPER,
            instances,
            ports: { http: 'auto' },
            readiness: false,
            watch: ['never'],
          },
        },
      },
    });

  test('starts one more set, or stops one, and touches nothing else', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': config(2) });
    await using dev = new CommandLine(['dev', '--ui', 'json'], project.folder);
    await dev.event('it watches', (event) => event['kind'] === 'watching');
    await dev.state('web-2', 'ready');
    await project.write('sidecars.config.ts', config(3));
    await dev.state('web-3', 'ready');
    expect(statesOf(dev.events, 'web-3-proxy')).toEqual(['starting', 'ready']);
    await project.write('sidecars.config.ts', config(2));
    await dev.state('web-3-proxy', 'stopped');
    expect(seqOf(dev.events, 'web-3', 'stopped')).toBeLessThan(seqOf(dev.events, 'web-3-proxy', 'stopped'));
    for (const name of ['cache', 'web-1', 'web-1-proxy', 'web-2', 'web-2-proxy'])
      expect(statesOf(dev.events, name)).toEqual(['starting', 'ready']);
    expect(ofType(dev.events, 'app')).toEqual([]);
    expect((await stop(dev)).code).toBe(0);
  });
});
