import { parse } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { PRESETS } from '../../src/sidecars/presets.ts';
import { podOf, problemsOf, processOf } from '../config/support.ts';

const BUILT = [...PRESETS.keys()].join(', ');

const shop = (slow: object, more: object = {}) => ({
  sidecars: {
    redis: { command: 'redis-server', ports: { main: 6379, dns: { port: 53, protocol: 'udp' } } },
    jobs: { command: 'jobs' },
    slow: { use: 'faults', ...slow },
    ...more,
  },
  primary: { name: 'web', command: 'web ${ports.redis.main}' },
});

describe('a ready-made sidecar', () => {
  it('stands for a process with a program, options in a file, ports and a probe', () => {
    const pod = podOf(shop({ with: { to: 'redis' } }));
    const slow = processOf(pod, 'slow');
    expect(slow).toMatchObject({
      role: 'sidecar',
      origin: { use: 'faults', engine: 'embedded' },
      dependsOn: [{ process: 'redis', condition: 'ready' }],
      ports: [{ name: 'main' }, { name: 'admin' }],
      readiness: { target: { kind: 'http', url: expect.stringMatching(/\/ready$/) } },
      files: [{ name: 'options', onChange: { kind: 'signal', signal: 'SIGHUP' } }],
    });
    const { command } = slow.launch;
    if (command.kind !== 'direct') throw new Error('it runs in a shell');
    expect(command.file).toBe(process.execPath);
    expect(command.args.map((path) => parse(path).base)).toEqual(['faults.js', 'options']);
    const [main, admin] = slow.ports.map(({ port }) => `127.0.0.1:${port}`);
    expect(JSON.parse(slow.files[0]?.content ?? '')).toEqual({
      ...{
        name: 'slow',
        listen: main,
        admin,
        upstream: '127.0.0.1:6379',
        enabled: true,
        toxics: [],
        http: [],
      },
    });
  });

  it('has every field that stands beside use, and keeps its own otherwise', () => {
    const pod = podOf(
      shop({
        with: { to: 'redis.main', enabled: false },
        engine: 'embedded',
        description: 'the slow line',
        restart: 'never',
        env: { A: 1 },
        ports: { admin: 8474, main: { port: 7000, host: '0.0.0.0' } },
        files: { more: 'x' },
        dependsOn: ['jobs'],
        readiness: { tcp: 'main' },
      }),
    );
    const slow = processOf(pod, 'slow');
    expect(slow).toMatchObject({
      description: 'the slow line',
      restart: { policy: 'never' },
      ports: [
        { name: 'main', port: 7000, host: '0.0.0.0' },
        { name: 'admin', port: 8474 },
      ],
      readiness: { target: { kind: 'tcp', port: 7000 } },
    });
    expect(slow.launch.env.own).toEqual({ A: '1', NODE_OPTIONS: null });
    expect(slow.dependsOn.map(({ process }) => process)).toEqual(['redis', 'jobs']);
    expect(slow.files.map(({ name }) => name)).toEqual(['options', 'more']);
    expect(JSON.parse(slow.files[0]?.content ?? '')).toMatchObject({
      enabled: false,
      listen: '0.0.0.0:7000',
    });
  });

  it('is told nothing of others, whose ports and variables would restart it', () => {
    const provides = { env: { PROXY: 'http://127.0.0.1:${ports.other.main}' } };
    const other = { command: 'other', ports: { main: 9999 }, provides };
    const alone = podOf(shop({ with: { to: 'redis' } }));
    const beside = podOf({ ...shop({ with: { to: 'redis' } }, { other }), volumes: { data: {} } });
    expect(processOf(beside, 'slow').launch.env).toEqual(processOf(alone, 'slow').launch.env);
    expect(processOf(beside, 'jobs').launch.env.provided).toHaveProperty('PROXY');
  });

  it('has references in the texts of its options', () => {
    const named = { type: 'timeout', name: 'a "$${x}" \n ${env.HOME}' };
    const slow = processOf(podOf(shop({ with: { to: 'redis', toxics: [named] } })), 'slow');
    expect(JSON.parse(slow.files[0]?.content ?? '').toxics[0].name).toBe('a "${x}" \n /home/ann');
    // What comes from a variable may be a secret.
    expect(slow.files[0]).toMatchObject({ secret: true, mode: 0o600 });
  });

  it('fills in what its faults of HTTP requests leave out', () => {
    const http = [
      {},
      { match: { path: '/a', method: 'post' }, failFirst: 2, status: 429 },
      { every: 3, delay: '1.5s' },
      { percentage: 12.5, delay: 20, status: 500 },
    ];
    const slow = processOf(podOf(shop({ with: { to: 'redis', http } })), 'slow');
    const all = { path: null, method: null, failFirst: null, every: null, percentage: null };
    expect(JSON.parse(slow.files[0]?.content ?? '').http).toEqual([
      { ...all, status: 503, delay: 0 },
      { ...all, path: '/a', method: 'POST', failFirst: 2, status: 429, delay: 0 },
      { ...all, every: 3, status: null, delay: 1500 },
      { ...all, percentage: 12.5, status: 500, delay: 20 },
    ]);
  });

  it('provides what stands beside use in addition to its own', () => {
    const provides = { env: { MINE: '1' }, to: ['web'] };
    const pod = podOf(shop({ with: { to: 'redis' }, provides }));
    expect(processOf(pod, 'web').launch.env.provided).toEqual({ MINE: { value: '1', by: 'slow' } });
  });

  it('in an app belongs to each instance, with that instance’s ports', () => {
    const pod = podOf({
      apps: {
        web: {
          sidecars: {
            db: { command: 'db', ports: { main: 'auto' } },
            slow: { use: 'faults', with: { to: 'db', for: ['web'] } },
          },
          primary: { command: 'web ${ports.db.main}', instances: 2 },
        },
      },
    });
    const portOf = (name: string) => processOf(pod, name).ports[0]?.port;
    expect(processOf(pod, 'web-2-slow').origin?.use).toBe('faults');
    expect(JSON.parse(processOf(pod, 'web-2-slow').files[0]?.content ?? '').upstream).toBe(
      `127.0.0.1:${portOf('web-2-db')}`,
    );
    expect(processOf(pod, 'web-2').launch.command).toMatchObject({ line: `web ${portOf('web-2-slow')}` });
    expect(processOf(pod, 'web-1').launch.command).toMatchObject({ line: `web ${portOf('web-1-slow')}` });
  });
});

describe('a port that processes reach through a ready-made sidecar', () => {
  const detoured = shop({ with: { to: 'redis', for: ['web'] } });

  it('is the sidecar’s own in their references and service variables, and in nobody else’s', () => {
    const pod = podOf({
      ...detoured,
      sidecars: { ...detoured.sidecars, jobs: { command: 'jobs ${ports.redis.main}' } },
    });
    const port = String(processOf(pod, 'slow').ports[0]?.port);
    const web = processOf(pod, 'web').launch;
    expect(web.command).toMatchObject({ line: `web ${port}` });
    expect(web.env.provided).toEqual({
      REDIS_SERVICE_HOST: { value: '127.0.0.1', by: 'slow' },
      REDIS_SERVICE_PORT: { value: port, by: 'slow' },
      REDIS_SERVICE_PORT_MAIN: { value: port, by: 'slow' },
    });
    expect(processOf(pod, 'jobs').launch.command).toMatchObject({ line: 'jobs 6379' });
    expect(processOf(pod, 'jobs').launch.env.provided).toEqual({});
  });

  it('is reached only once the sidecar is ready, also by a process that names what it depends on', () => {
    const pod = podOf({ ...detoured, primary: { ...detoured.primary, dependsOn: ['redis'] } });
    expect(processOf(pod, 'web').dependsOn.map(({ process }) => process)).toEqual(['redis', 'slow']);
  });

  it('is reached directly when the sidecar is left out', () => {
    const pod = podOf(detoured, { without: ['slow'] });
    expect(processOf(pod, 'web').launch.command).toMatchObject({ line: 'web 6379' });
    expect(processOf(pod, 'web').launch.env.provided).toEqual({});
  });
});

describe('what is wrong with a ready-made sidecar is a problem of the config', () => {
  const to = { to: 'redis' };

  it.each([
    [
      'an unknown name',
      { use: 'fault' },
      `sidecars.slow.use: there is no ready-made sidecar 'fault'. Did you mean 'faults'? There are: ${BUILT}.`,
    ],
    [
      'an unknown engine',
      { engine: 'haproxy', with: to },
      "sidecars.slow.engine: it has no engine 'haproxy'. There are: embedded.",
    ],
    [
      'a command besides',
      { with: to, command: 'x' },
      'sidecars.slow.command: a ready-made sidecar brings its own program: leave it out, or leave out use.',
    ],
    [
      'a port that sidecarctl is to open',
      { with: to, ports: { main: { port: 'auto', activate: true } } },
      'sidecars.slow.ports.main.activate: a ready-made sidecar opens its ports itself: leave it out.',
    ],
    [
      'a port that it does not open',
      { with: to, ports: { mian: 7000 } },
      "sidecars.slow.ports.mian: this process has no port 'mian'. Did you mean 'main'? There are: main, admin.",
    ],
    [
      'an unknown reference in an option',
      { with: { ...to, toxics: [{ type: 'timeout', name: '${env.NONE}' }] } },
      "sidecars.slow.with.toxics[0].name: the environment variable 'NONE' is not set.",
    ],
    [
      'no options',
      {},
      "sidecars.slow.with.to: is missing; expected a process, a port of one such as 'redis.main', or { host, port }.",
    ],
    [
      'an unknown option',
      { with: { ...to, toxic: [] } },
      "sidecars.slow.with.toxic: unknown field. Did you mean 'toxics'? Known fields: to, for, toxics, http, enabled.",
    ],
    ['options that are none', { with: 5 }, 'sidecars.slow.with: is 5; expected an object with its options.'],
    [
      'an unknown process',
      { with: { to: 'rediz' } },
      "sidecars.slow.with.to: there is no process 'rediz'. Did you mean 'redis'? There are: redis, jobs, web.",
    ],
    [
      'an unknown port',
      { with: { to: 'redis.mian' } },
      "sidecars.slow.with.to: there is no port 'redis.mian'. Did you mean 'redis.main'? There are: redis.main.",
    ],
    [
      'a UDP port',
      { with: { to: 'redis.dns' } },
      "sidecars.slow.with.to: there is no port 'redis.dns'. There are: redis.main.",
    ],
    [
      'a process without ports',
      { with: { to: 'jobs' } },
      "sidecars.slow.with.to: 'jobs' declares no TCP port: declare one.",
    ],
    [
      'itself',
      { with: { to: 'slow' } },
      "sidecars.slow.with.to: there is no process 'slow'. There are: redis, jobs, web.",
    ],
    [
      'unknown receivers',
      { with: { ...to, for: ['wbe'] } },
      "sidecars.slow.with.for[0]: there is no process 'wbe'. Did you mean 'web'? There are: jobs, web.",
    ],
    [
      'what is behind it as a receiver',
      { with: { ...to, for: ['redis'] } },
      'sidecars.slow.with.for[0]: has the port itself, and cannot reach it through another process: leave it out.',
    ],
    [
      'receivers of a server outside of the pod',
      { with: { to: { port: 5432 }, for: ['web'] } },
      'sidecars.slow.with.for: no process refers to a server outside of the pod: name a process in to, or leave for out.',
    ],
    [
      'an unknown toxic',
      { with: { ...to, toxics: [{ type: 'latenzy' }] } },
      "sidecars.slow.with.toxics[0].type: is 'latenzy'; expected 'latency', 'bandwidth', 'slow_close', 'timeout', 'reset_peer', 'slicer' or 'limit_data'. Did you mean 'latency'?",
    ],
    [
      'a toxic that is like no other',
      { with: { ...to, toxics: [{ type: 'rain' }] } },
      "sidecars.slow.with.toxics[0].type: is 'rain'; expected 'latency', 'bandwidth', 'slow_close', 'timeout', 'reset_peer', 'slicer' or 'limit_data'.",
    ],
    [
      'an attribute of another toxic',
      { with: { ...to, toxics: [{ type: 'latency', attributes: { rate: 1 } }] } },
      'sidecars.slow.with.toxics[0].attributes.rate: unknown field. Known fields: latency, jitter.',
    ],
    [
      'an amount below 0',
      { with: { ...to, toxics: [{ type: 'latency', attributes: { latency: -1 } }] } },
      'sidecars.slow.with.toxics[0].attributes.latency: is -1; expected a whole number from 0.',
    ],
    [
      'a share above 1',
      { with: { ...to, toxics: [{ type: 'timeout', toxicity: 2 }] } },
      'sidecars.slow.with.toxics[0].toxicity: is 2; expected a number from 0 to 1.',
    ],
    [
      'a fault for requests in two ways',
      { with: { ...to, http: [{ every: 2, percentage: 5 }] } },
      'sidecars.slow.with.http[0]: a fault has at most one of failFirst, every, percentage; this one has every and percentage.',
    ],
    [
      'a fault with a status that is no failure',
      { with: { ...to, http: [{ status: 200 }] } },
      'sidecars.slow.with.http[0].status: is 200; expected a status from 400 to 599.',
    ],
    [
      'a fault for more than all requests',
      { with: { ...to, http: [{ percentage: 101 }] } },
      'sidecars.slow.with.http[0].percentage: is 101; expected a number from 0 to 100.',
    ],
    [
      'a fault for a path that is none',
      { with: { ...to, http: [{ match: { path: 'orders' } }] } },
      "sidecars.slow.with.http[0].match.path: is 'orders'; expected a path that starts with '/'.",
    ],
    [
      'a fault for no request',
      { with: { ...to, http: [{ failFirst: 0 }] } },
      'sidecars.slow.with.http[0].failFirst: is 0; expected a whole number from 1.',
    ],
    [
      'a fault with an unknown field',
      { with: { ...to, http: [{ failfirst: 1 }] } },
      "sidecars.slow.with.http[0].failfirst: unknown field. Did you mean 'failFirst'? Known fields: match, failFirst, every, percentage, status, delay.",
    ],
    [
      'two toxics of one name',
      { with: { ...to, toxics: [{ type: 'timeout' }, { type: 'timeout' }] } },
      "sidecars.slow.with.toxics[1]: the name 'timeout_downstream' is taken by sidecars.slow.with.toxics[0]: toxics of one sidecar need different names.",
    ],
  ])('%s', (_, fields, message) => {
    expect(problemsOf(shop(fields))).toBe(message);
  });

  it('in an app', () => {
    const app = { sidecars: { slow: { use: 'faults', with: { to: 'x' } } }, primary: { command: 'y' } };
    expect(problemsOf({ apps: { web: app } })).toBe(
      "apps.web.sidecars.slow.with.to: there is no process 'x'. There are: web.",
    );
  });

  it('together with everything else that is wrong', () => {
    expect(problemsOf({ ...shop({ with: {} }), stop: { grace: 'x' } }).split('\n')).toHaveLength(2);
  });
});

test('with and engine mean nothing without use', () => {
  expect(
    problemsOf({ sidecars: { a: { command: 'a', with: {}, engine: 'x' } }, primary: { command: 'b' } }),
  ).toBe(
    [
      'sidecars.a.with: belongs to use, which names a ready-made sidecar: add use, or leave it out.',
      'sidecars.a.engine: belongs to use, which names a ready-made sidecar: add use, or leave it out.',
    ].join('\n'),
  );
});

test('only a sidecar can be ready-made', () => {
  const used = { use: 'faults', with: { to: 'a' } };
  const problem = 'use: only a sidecar can be ready-made: write it under sidecars.';
  expect(problemsOf({ primary: used })).toContain(`primary.${problem}`);
  expect(problemsOf({ init: { x: used }, primary: { command: 'b' } })).toContain(`init.x.${problem}`);
});

test('what waits for a ready-made sidecar cannot be behind it, and the option is named that says so', () => {
  const db = { command: 'db', ports: { main: 'auto' }, dependsOn: ['slow'] };
  const slow = { use: 'faults', with: { to: 'db' } };
  expect(problemsOf({ sidecars: { db, slow }, primary: { command: 'x' } })).toBe(
    'sidecars.slow.with.to: dependency cycle: db → slow → db.',
  );
});

test('two ready-made sidecars cannot stand before one port for the same process', () => {
  const slow = { use: 'faults', with: { to: 'redis', for: ['web'] } };
  expect(problemsOf(shop({ with: slow.with }, { second: slow }))).toBe(
    "sidecars.second.with.for: sidecars.slow already stands between 'web' and that port: leave it out of one of them.",
  );
});

test('a ready-made sidecar reaches a port on all addresses by the loopback one', () => {
  const config = shop(
    { with: { to: 'all' } },
    {
      all: {
        command: 'x',
        ports: { main: { port: 7001, host: '0.0.0.0' }, six: { port: 7002, host: '::' } },
      },
      second: { use: 'faults', with: { to: 'all.six' } },
    },
  );
  const pod = podOf(config);
  const upstreams = ['slow', 'second'].map(
    (name) => JSON.parse(processOf(pod, name).files[0]?.content ?? '').upstream,
  );
  expect(upstreams).toEqual(['127.0.0.1:7001', '[::1]:7002']);
});

test('one ready-made sidecar can stand before another', () => {
  const pod = podOf(
    shop({ with: { to: 'redis' } }, { second: { use: 'faults', with: { to: 'slow', for: ['web'] } } }),
  );
  const upstream = JSON.parse(processOf(pod, 'second').files[0]?.content ?? '').upstream;
  expect(upstream).toBe(`127.0.0.1:${processOf(pod, 'slow').ports[0]?.port}`);
});
