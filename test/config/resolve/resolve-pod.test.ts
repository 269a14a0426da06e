import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declaredPorts, declaredVolumes, resolvePod } from '../../../src/config/resolve/resolve-pod.ts';
import { injectedInto } from '../../../src/core/injected.ts';
import { inputsFor, load, podOf, processOf, resolveProblemsOf } from '../support.ts';

const command = 'x';

describe('the declared', () => {
  it('ports are listed with their defaults, in the order of declaration', () => {
    const loaded = load({
      primary: { command, ports: { http: 3000 } },
      sidecars: {
        dns: { command, ports: { dns: { port: 53, protocol: 'udp', host: '0.0.0.0' }, admin: 'auto' } },
      },
      init: { seed: { command, ports: { tmp: { port: 'auto' } } } },
    });
    expect(declaredPorts(loaded)).toEqual([
      {
        process: 'seed',
        name: 'tmp',
        port: 'auto',
        protocol: 'tcp',
        host: '127.0.0.1',
        target: null,
        activate: false,
      },
      {
        process: 'dns',
        name: 'dns',
        port: 53,
        protocol: 'udp',
        host: '0.0.0.0',
        target: null,
        activate: false,
      },
      {
        process: 'dns',
        name: 'admin',
        port: 'auto',
        protocol: 'tcp',
        host: '127.0.0.1',
        target: null,
        activate: false,
      },
      {
        process: 'primary',
        name: 'http',
        port: 3000,
        protocol: 'tcp',
        host: '127.0.0.1',
        target: null,
        activate: false,
      },
    ]);
  });

  it('volumes say where they live', () => {
    const loaded = load({
      volumes: { logs: {}, data: { persist: true }, home: { path: '../home' }, root: { path: '/srv' } },
      primary: { command },
    });
    expect(declaredVolumes(loaded)).toEqual([
      { name: 'logs', kind: 'pod', path: null },
      { name: 'data', kind: 'persist', path: null },
      { name: 'home', kind: 'external', path: join(loaded.folder, '../home') },
      { name: 'root', kind: 'external', path: '/srv' },
    ]);
  });
});

describe('defaults', () => {
  it('fill in a process that has only a command', () => {
    const pod = podOf({ sidecars: { redis: { command: ['redis-server', '-'] } }, primary: { command } });
    expect(pod.stop).toEqual({ grace: 10_000, minimumGrace: 2000 });
    expect(pod.volumes.size).toBe(0);
    expect(processOf(pod, 'redis')).toEqual({
      name: 'redis',
      role: 'sidecar',
      app: null,
      isSupport: false,
      description: '',
      origin: null,
      desired: true,
      dependsOn: [],
      uses: [],
      launch: {
        command: { kind: 'direct', file: 'redis-server', args: ['-'] },
        cwd: pod.folder,
        env: {
          assumed: { PYTHONUNBUFFERED: '1' },
          colors: {},
          inherited: { HOME: '/home/ann', PATH: '/usr/bin' },
          podFiles: [],
          files: [],
          services: {},
          withoutServices: [],
          injected: {},
          provided: {},
          pod: {},
          own: {},
        },
        stdin: 'pipe',
        tty: false,
        output: 'captured',
      },
      ports: [],
      mounts: [],
      files: [],
      renderedFiles: [],
      refreshes: [],
      requires: [],
      isolation: null,
      startup: null,
      readiness: null,
      liveness: null,
      postStart: null,
      preStop: null,
      commands: [],
      restart: {
        policy: 'always',
        backoff: { initial: 1000, factor: 2, max: 60_000 },
        resetAfter: 10_000,
        limit: null,
      },
      essential: false,
      stop: { signal: 'SIGTERM', signalNumber: 15, isDefault: true, grace: null, command: null },
      watch: null,
      waitsForChange: false,
    });
  });

  it.each([
    ['init', 'never'],
    ['sidecars', 'always'],
    ['primary', 'never'],
  ])('have a restart policy: %s %s', (section, policy) => {
    const pod = podOf({
      init: { init: { command } },
      sidecars: { sidecars: { command, restart: { resetAfter: '1m' } } },
      primary: { command },
    });
    expect(processOf(pod, section).restart.policy).toBe(policy);
  });

  it('fill in a probe', () => {
    const pod = podOf({
      primary: {
        command,
        startup: { tcp: 1 },
        readiness: { tcp: 1 },
        liveness: { tcp: 1, initialDelay: '1s', period: '2s', timeout: '3s', failureThreshold: 4, grace: 5 },
      },
    });
    const { startup, readiness, liveness } = processOf(pod, 'primary');
    const timing = { initialDelay: 0, period: 1000, timeout: 1000, successThreshold: 1, grace: null };
    expect(startup).toMatchObject({ ...timing, failureThreshold: 60 });
    expect(readiness).toMatchObject({ ...timing, failureThreshold: 3 });
    expect(liveness).toMatchObject({
      initialDelay: 1000,
      period: 2000,
      timeout: 3000,
      failureThreshold: 4,
      successThreshold: 1,
      grace: 5,
    });
  });

  it('take the name of the pod from the folder', () => {
    const loaded = load({ primary: { command } });
    expect(loaded.folder.endsWith(loaded.name)).toBe(true);
    expect(podOf({ name: 'My Shop', primary: { command } }).name).toBe('My Shop');
  });
});

describe('what is written', () => {
  it('is normalised', () => {
    const pod = podOf({
      volumes: { logs: {}, data: { persist: true } },
      envFile: { path: 'pod.env', required: false },
      primary: {
        name: 'web',
        description: 'the app',
        command,
        env: { YES: true, NUMBER: 0.5, GONE: null },
        envFile: [{ path: 'own.env', required: false }],
        mounts: { logs: 'var/log', data: '/srv/data' },
        preStop: { sleep: '250ms' },
        commands: {
          migrate: 'npm run migrate',
          seed: { command: ['node', 'seed.js'], description: 'fills it', tty: true },
        },
        restart: {
          policy: 'on-failure',
          backoff: { initial: '2s', factor: 3, max: '1m' },
          resetAfter: 5,
          limit: { restarts: 3, within: '1m' },
        },
        essential: true,
        stop: { signal: 'INT', grace: '3s', command: 'stop-it' },
      },
      stop: { grace: '1m', minimumGrace: 0 },
    });
    expect(pod.stop).toEqual({ grace: 60_000, minimumGrace: 0 });
    expect([...pod.volumes.values()]).toEqual([
      { name: 'logs', path: '/volumes/logs', lifetime: 'pod' },
      { name: 'data', path: '/volumes/data', lifetime: 'persist' },
    ]);
    expect(processOf(pod, 'web')).toMatchObject({
      role: 'primary',
      description: 'the app',
      launch: {
        env: {
          podFiles: [{ path: join(pod.folder, 'pod.env'), required: false }],
          files: [{ path: join(pod.folder, 'own.env'), required: false }],
          own: { YES: 'true', NUMBER: '0.5', GONE: null },
        },
      },
      mounts: [{ name: 'logs', source: '/volumes/logs', path: join(pod.folder, 'var/log') }],
      isolation: {
        ownPids: false,
        mounts: [{ name: 'data', source: '/volumes/data', path: '/srv/data' }],
      },
      preStop: { kind: 'sleep', duration: 250 },
      commands: [
        { name: 'migrate', command: { kind: 'shell', line: 'npm run migrate' }, description: '', tty: false },
        {
          name: 'seed',
          command: { kind: 'direct', file: 'node', args: ['seed.js'] },
          description: 'fills it',
          tty: true,
        },
      ],
      restart: {
        policy: 'on-failure',
        backoff: { initial: 2000, factor: 3, max: 60_000 },
        resetAfter: 5,
        limit: { restarts: 3, within: 60_000 },
      },
      essential: true,
      stop: { signal: 'SIGINT', grace: 3000, command: { kind: 'shell', line: 'stop-it' } },
    });
  });
});

describe('readiness', () => {
  const readinessOf = (fields: object, section: 'init' | 'sidecars' = 'sidecars') =>
    processOf(podOf({ [section]: { p: { command, ...fields } }, primary: { command } }), 'p').readiness;

  it('is a connection to the first TCP port where nothing is said', () => {
    const ports = { dns: { port: 53, protocol: 'udp' }, main: 'auto', other: 80 };
    expect(readinessOf({ ports })).toMatchObject({ target: { kind: 'tcp', host: '127.0.0.1', port: 5002 } });
  });

  it.each<readonly [string, object]>([
    ['readiness is false', { ports: { main: 'auto' }, readiness: false }],
    ['its port is listened on for it', { ports: { main: { port: 'auto', activate: true } } }],
    ['there is no port', {}],
    ['there are only UDP ports', { ports: { dns: { port: 53, protocol: 'udp' } } }],
  ])('is not probed where %s', (_title, fields) => {
    expect(readinessOf(fields)).toBeNull();
  });

  it('is not probed by default for an init task', () => {
    expect(readinessOf({ ports: { main: 'auto' } }, 'init')).toBeNull();
  });
});

describe('a probe’s target', () => {
  const ports = {
    main: 'auto',
    open: { port: 8080, host: '0.0.0.0' },
    six: { port: 8081, host: '::' },
    far: { port: 8082, host: '10.0.0.7' },
  };
  const http = { kind: 'http', headers: {}, status: null };

  it.each<readonly [object, object]>([
    [{ http: '/healthz' }, { ...http, url: 'http://127.0.0.1:5001/healthz' }],
    [{ http: 'https://example.test/x' }, { ...http, url: 'https://example.test/x' }],
    [{ http: {} }, { ...http, url: 'http://127.0.0.1:5001/' }],
    [{ http: { port: 'open', path: '/x?y=1' } }, { ...http, url: 'http://127.0.0.1:8080/x?y=1' }],
    [{ http: { port: 'six' } }, { ...http, url: 'http://[::1]:8081/' }],
    [{ http: { port: 9 } }, { ...http, url: 'http://127.0.0.1:9/' }],
    [
      { http: { headers: { a: 'b' }, status: 204 } },
      { ...http, url: 'http://127.0.0.1:5001/', headers: { a: 'b' }, status: 204 },
    ],
    [{ http: { port: 'open', path: '/up', scheme: 'https' } }, { ...http, url: 'https://127.0.0.1:8080/up' }],
    [{ tcp: 'main' }, { kind: 'tcp', host: '127.0.0.1', port: 5001 }],
    [{ tcp: 'far' }, { kind: 'tcp', host: '10.0.0.7', port: 8082 }],
    [{ tcp: 8081 }, { kind: 'tcp', host: '::1', port: 8081 }],
    [{ tcp: 9 }, { kind: 'tcp', host: '127.0.0.1', port: 9 }],
    [{ grpc: 'open' }, { kind: 'grpc', host: '127.0.0.1', port: 8080, service: '' }],
    [{ grpc: { port: 9, service: 's' } }, { kind: 'grpc', host: '127.0.0.1', port: 9, service: 's' }],
    [{ exec: 'x | y' }, { kind: 'exec', command: { kind: 'shell', line: 'x | y' } }],
    [{ log: 'up' }, { kind: 'log', pattern: 'up' }],
    [{ log: /up/i }, { kind: 'log', pattern: /up/i }],
    [{ file: '/run/x' }, { kind: 'file', path: '/run/x' }],
    [{ notify: true }, { kind: 'notify' }],
  ])('is resolved: %j', (readiness, target) => {
    const pod = podOf({ primary: { command, ports, readiness } });
    expect(processOf(pod, 'primary').readiness?.target).toEqual(target);
  });

  it('that is a file is relative to the config', () => {
    const pod = podOf({ primary: { command, readiness: { file: 'run/x' } } });
    expect(processOf(pod, 'primary').readiness?.target).toEqual({
      kind: 'file',
      path: join(pod.folder, 'run/x'),
    });
  });
});

describe('the injected variables are those', () => {
  const pod = podOf.bind(null, {
    volumes: { logs: {}, 'my-data': {} },
    init: { seed: { command } },
    sidecars: {
      'my-redis': { command, ports: { main: 'auto', 'http-admin': 8080 } },
      proxy: { command, ports: { open: { port: 80, host: '0.0.0.0' } } },
      six: { command, ports: { open: { port: 81, host: '::' } } },
    },
    primary: { name: 'web', command, ports: { http: 3000 } },
  });
  const services = {
    'my-redis': {
      MY_REDIS_SERVICE_HOST: '127.0.0.1',
      MY_REDIS_SERVICE_PORT: '5001',
      MY_REDIS_SERVICE_PORT_MAIN: '5001',
      MY_REDIS_SERVICE_PORT_HTTP_ADMIN: '8080',
    },
    proxy: { PROXY_SERVICE_HOST: '127.0.0.1', PROXY_SERVICE_PORT: '80', PROXY_SERVICE_PORT_OPEN: '80' },
    six: { SIX_SERVICE_HOST: '::1', SIX_SERVICE_PORT: '81', SIX_SERVICE_PORT_OPEN: '81' },
    web: { WEB_SERVICE_HOST: '127.0.0.1', WEB_SERVICE_PORT: '3000', WEB_SERVICE_PORT_HTTP: '3000' },
  };
  const volumes = { VOLUME_LOGS: '/volumes/logs', VOLUME_MY_DATA: '/volumes/my-data' };

  it.each<readonly [string, object]>([
    ['seed', { ...services['my-redis'], ...services.proxy, ...services.six, ...services.web }],
    [
      'my-redis',
      {
        PORT: '5001',
        PORT_MAIN: '5001',
        PORT_HTTP_ADMIN: '8080',
        ...services.proxy,
        ...services.six,
        ...services.web,
      },
    ],
    ['proxy', { PORT: '80', PORT_OPEN: '80', ...services['my-redis'], ...services.six, ...services.web }],
    ['web', { PORT: '3000', PORT_HTTP: '3000', ...services['my-redis'], ...services.proxy, ...services.six }],
  ])('of %s', (name, expected) => {
    expect(injectedInto(processOf(pod(), name).launch.env)).toEqual({ ...expected, ...volumes });
  });
});

describe('dependencies', () => {
  const dependsOn = (config: object, name: string) => processOf(podOf(config), name).dependsOn;
  const on = (process: string, condition: string) => ({ process, condition, restart: false, required: true });

  it('of the primary are by default all init tasks and all sidecars that neither wait for it nor are started by hand', () => {
    const config = {
      init: { seed: { command }, warm: { command, dependsOn: ['tail'] } },
      sidecars: {
        redis: { command },
        proxy: { command, dependsOn: ['primary'] },
        tail: { command, dependsOn: { proxy: 'started' } },
        debug: { command, autostart: false },
      },
      primary: { command },
    };
    expect(dependsOn(config, 'primary')).toEqual([on('seed', 'completed'), on('redis', 'ready')]);
  });

  it('of the primary are none where it says so', () => {
    expect(
      dependsOn({ sidecars: { redis: { command } }, primary: { command, dependsOn: [] } }, 'primary'),
    ).toEqual([]);
  });

  it('have a condition by what is depended on, unless they name one', () => {
    const config = (list: unknown) => ({
      init: { seed: { command } },
      sidecars: { redis: { command } },
      primary: { command, dependsOn: list },
    });
    expect(dependsOn(config(['redis', 'seed']), 'primary')).toEqual([
      on('redis', 'ready'),
      on('seed', 'completed'),
    ]);
    expect(
      dependsOn(config({ seed: 'started', redis: { restart: true, required: false } }), 'primary'),
    ).toEqual([
      on('seed', 'started'),
      { process: 'redis', condition: 'ready', restart: true, required: false },
    ]);
  });
});

describe('the start order is', () => {
  const order = (config: object) => [...podOf(config).processes.keys()].join(' ');

  it('as declared, init tasks before sidecars before the primary, where nothing else is said', () => {
    expect(
      order({ primary: { command }, sidecars: { b: { command }, a: { command } }, init: { z: { command } } }),
    ).toBe('z b a primary');
  });

  it('after all they depend on', () => {
    const config = {
      init: { migrate: { command, dependsOn: ['redis'] } },
      sidecars: {
        proxy: { command, dependsOn: ['primary'] },
        shipper: { command, dependsOn: ['agent'] },
        agent: { command },
        redis: { command },
      },
      primary: { command },
    };
    expect(order(config)).toBe('agent shipper redis migrate primary proxy');
  });
});

describe('the processes that start are selected', () => {
  // proxy → web → seed, redis, agent; shipper → agent; tracer → debug, which is started by hand.
  const config = {
    init: { seed: { command } },
    sidecars: {
      redis: { command },
      agent: { command },
      shipper: { command, dependsOn: ['agent'] },
      proxy: { command, dependsOn: ['web'] },
      debug: { command, autostart: false },
      tracer: { command, autostart: false, dependsOn: ['debug'] },
    },
    primary: { name: 'web', command, dependsOn: ['seed', 'redis'] },
  };

  const desired = (only: readonly string[], without: readonly string[]) =>
    [...podOf(config, { only, without }).processes.values()]
      .filter((process) => process.desired)
      .map((process) => process.name)
      .join(' ');

  it.each<readonly [readonly string[], readonly string[], string]>([
    [[], [], 'seed redis agent shipper web proxy'],
    [['web'], [], 'seed redis web'],
    [['shipper'], [], 'agent shipper'],
    [['proxy'], [], 'seed redis web proxy'],
    [['shipper', 'web'], [], 'seed redis agent shipper web'],
    [['debug'], [], 'debug'],
    [['tracer'], [], 'debug tracer'],
    [[], ['redis'], 'seed agent shipper web proxy'],
    [[], ['agent', 'proxy'], 'seed redis shipper web'],
    [[], ['web'], 'seed redis agent shipper proxy'],
    [['web'], ['redis'], 'seed web'],
    [['proxy'], ['web'], 'proxy'],
    [['web'], ['web'], ''],
  ])('with --only %j --without %j', (only, without, expected) => {
    expect(desired(only, without)).toBe(expected);
  });

  it('is what is started by hand, where something that starts depends on it', () => {
    const pod = podOf({
      sidecars: { debug: { command, autostart: false } },
      primary: { command, autostart: false, dependsOn: ['debug'] },
    });
    expect([...pod.processes.values()].map(({ name, desired: yes }) => [name, yes])).toEqual([
      ['debug', true],
      ['primary', true],
    ]);
  });

  it('is waited for: a dependency on what --without leaves out is dropped', () => {
    const pod = podOf(config, { without: ['redis', 'agent'] });
    expect(processOf(pod, 'web').dependsOn.map(({ process }) => process)).toEqual(['seed']);
    expect(processOf(pod, 'shipper').dependsOn).toEqual([]);
  });

  it('must exist', () => {
    expect(resolveProblemsOf(config, { only: ['rediss'], without: ['nothing'] })).toBe(
      [
        "--only: there is no process 'rediss'. Did you mean 'redis'? There are: seed, redis, agent, shipper, proxy, debug, tracer, web.",
        "--without: there is no process 'nothing'. There are: seed, redis, agent, shipper, proxy, debug, tracer, web.",
      ].join('\n'),
    );
  });
});

describe('run -- COMMAND', () => {
  const config = {
    volumes: { logs: {} },
    primary: {
      command: () => {
        throw new Error('called');
      },
      ports: { http: 3000 },
      env: { A: '${volumes.logs}' },
      mounts: { logs: 'x' },
      startup: { tcp: 'http' },
      readiness: { http: '/' },
      liveness: { tcp: 'http' },
      postStart: 'warm-up',
      preStop: 'drain',
      restart: 'on-failure',
      stop: { command: 'app stop', signal: 'SIGQUIT' },
    },
  };

  it('takes the place of the primary’s command, probes, hooks, restarts and stop; ports, env and mounts stay', () => {
    const primaryCommand = ['npm', 'test', '${env.NOT_SET}', 'a b'];
    const primary = processOf(podOf(config, { primaryCommand }), 'primary');
    expect(primary.launch.command).toEqual({
      kind: 'direct',
      file: 'npm',
      args: ['test', '${env.NOT_SET}', 'a b'],
    });
    expect(primary).toMatchObject({ startup: null, readiness: null, liveness: null });
    expect(primary).toMatchObject({ postStart: null, preStop: null });
    expect(primary.restart.policy).toBe('never');
    expect(primary.stop).toEqual({
      signal: 'SIGTERM',
      signalNumber: 15,
      isDefault: true,
      grace: null,
      command: null,
    });
    expect(primary.ports).toHaveLength(1);
    expect(primary.mounts).toHaveLength(1);
    expect(primary.launch.env.own).toEqual({ A: '/volumes/logs' });
    expect(primary.launch.env.injected).toMatchObject({ PORT: '3000' });
  });
});

describe('dev -- ARGS', () => {
  it('are appended to a list', () => {
    const pod = podOf({ primary: { command: ['vite'] } }, { primaryArgs: ['--host', 'a b', '${HOME}'] });
    expect(processOf(pod, 'primary').launch.command).toEqual({
      kind: 'direct',
      file: 'vite',
      args: ['--host', 'a b', '${HOME}'],
    });
  });

  it('are appended to a line, quoted', () => {
    const loaded = load({ primary: { command: 'vite' } });
    const pod = resolvePod(loaded, inputsFor(loaded, { primaryArgs: ['--host'] }));
    if (!pod.ok) throw new Error('not resolved');
    expect(processOf(pod.value, 'primary').launch.command).toEqual({ kind: 'shell', line: 'vite --host' });
  });
});
