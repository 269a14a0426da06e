import { describe, expect, it } from 'vitest';
import { declaredPorts, declaredVolumes } from '../../../src/config/resolve/resolve-pod.ts';
import { injectedInto } from '../../../src/core/injected.ts';
import type { PodSpec } from '../../../src/model/pod-spec.ts';
import { load, podOf, problemsOf, processOf, resolveProblemsOf } from '../support.ts';

const command = 'node server.js';

/** A shared database, an app with two instances and all that an app can have, and another one. */
const shop = (web: object = {}, rest: object = {}) => ({
  volumes: { data: {} },
  init: { seed: { command } },
  sidecars: { redis: { command, ports: { main: 'auto' } } },
  apps: {
    web: {
      volumes: { logs: {} },
      init: { migrate: { command } },
      sidecars: { proxy: { command, ports: { main: 'auto' } } },
      primary: { command, instances: 2, ports: { http: 'auto' } },
      ...web,
    },
    jobs: { primary: { command, ports: { http: 3000 } } },
  },
  ...rest,
});

const envOf = (pod: PodSpec, name: string) => processOf(pod, name).launch.env;
const dependenciesOf = (pod: PodSpec, name: string): string[] =>
  processOf(pod, name).dependsOn.map(({ process }) => process);

describe('a pod of several apps', () => {
  it('has each process of an app once for each instance, with the names of both before its own', () => {
    expect([...podOf(shop()).processes.keys()]).toEqual([
      ...['seed', 'redis', 'web-1-migrate', 'web-1-proxy', 'web-1', 'web-2-migrate', 'web-2-proxy', 'web-2'],
      'jobs',
    ]);
  });

  it('knows of each process which app it belongs to', () => {
    const pod = podOf(shop());
    expect(processOf(pod, 'web-2-proxy').app).toEqual({ name: 'web', instance: 2, primary: 'web-2' });
    expect(processOf(pod, 'web-2').app).toEqual({ name: 'web', instance: 2, primary: 'web-2' });
    expect(processOf(pod, 'jobs').app).toEqual({ name: 'jobs', instance: 1, primary: 'jobs' });
    expect(processOf(pod, 'redis').app).toBeNull();
  });

  it('has ports and volumes for each instance, and those that are shared once', () => {
    const loaded = load(shop());
    expect(declaredPorts(loaded).map(({ process, name }) => `${process}.${name}`)).toEqual([
      ...['redis.main', 'web-1-proxy.main', 'web-1.http', 'web-2-proxy.main', 'web-2.http', 'jobs.http'],
    ]);
    expect(declaredVolumes(loaded).map(({ name }) => name)).toEqual(['data', 'web-1-logs', 'web-2-logs']);
  });

  it('numbers an app with one instance too, so that a second one renames nothing', () => {
    const pod = podOf(shop({ primary: { command, instances: 1 } }));
    expect([...pod.processes.keys()]).toContain('web-1-proxy');
  });
});

describe('within an app', () => {
  const wired = {
    sidecars: {
      proxy: {
        command: ({ ports }: never) => `proxy ${(ports as Ports)['web']?.['http']}`,
        ports: { main: 'auto' },
      },
    },
    primary: {
      command: ['node', '${ports.proxy.main}', '${volumes.logs}', '${app.name}', '${app.instance}'],
      instances: 2,
      ports: { http: 'auto' },
      mounts: { logs: 'logs/${app.instance}', data: 'data' },
    },
  };
  type Ports = Record<string, Record<string, number>>;

  it('names are those of the same instance', () => {
    const pod = podOf(shop(wired));
    const number = (process: string) => processOf(pod, process).ports[0]?.port;
    for (const instance of [1, 2]) {
      expect(processOf(pod, `web-${instance}`).launch.command).toMatchObject({
        args: [`${number(`web-${instance}-proxy`)}`, `/volumes/web-${instance}-logs`, 'web', `${instance}`],
      });
      expect(processOf(pod, `web-${instance}-proxy`).launch.command).toMatchObject({
        line: `proxy ${number(`web-${instance}`)}`,
      });
    }
  });

  it('parts of a shared volume are kept apart by the instance', () => {
    const mounts = { data: { path: '/srv/data', subPath: '${app.name}/${app.instance}' } };
    const pod = podOf(shop({ primary: { command, instances: 2, mounts } }));
    expect(processOf(pod, 'web-2').isolation?.mounts).toMatchObject([{ name: 'data', subPath: 'web/2' }]);
  });

  it('mounts show the volumes of the same instance, and shared ones', () => {
    const pod = podOf(shop(wired));
    expect(processOf(pod, 'web-2').mounts).toMatchObject([
      { name: 'web-2-logs', path: expect.stringMatching(/logs\/2$/) },
      { name: 'data', path: expect.stringMatching(/data$/) },
    ]);
  });

  it('the primary depends on its own and on what is shared, by default', () => {
    const pod = podOf(shop());
    expect(dependenciesOf(pod, 'web-2')).toEqual(['seed', 'redis', 'web-2-migrate', 'web-2-proxy']);
    expect(dependenciesOf(pod, 'jobs')).toEqual(['seed', 'redis']);
  });

  it('the primary does not wait for what stands in front of it, nor for what stands in front of all', () => {
    const front = { command, dependsOn: ['web'] };
    const pod = podOf({ ...shop({ sidecars: { tls: front } }), sidecars: { balancer: front } });
    expect(dependenciesOf(pod, 'web-1')).toEqual(['seed', 'web-1-migrate']);
    expect(dependenciesOf(pod, 'jobs')).toEqual(['seed']);
    expect(dependenciesOf(pod, 'web-1-tls')).toEqual(['web-1']);
    expect(dependenciesOf(pod, 'balancer')).toEqual(['web-1', 'web-2']);
  });

  it('variables of services and volumes have the names that its config has for them', () => {
    expect(injectedInto(envOf(podOf(shop()), 'web-2-proxy'))).toEqual({
      SIDECARCTL_APP: 'web',
      SIDECARCTL_INSTANCE: '2',
      PORT: '5004',
      PORT_MAIN: '5004',
      WEB_SERVICE_HOST: '127.0.0.1',
      WEB_SERVICE_PORT: '5005',
      WEB_SERVICE_PORT_HTTP: '5005',
      WEB_1_SERVICE_HOST: '127.0.0.1',
      WEB_1_SERVICE_PORT: '5003',
      WEB_1_SERVICE_PORT_HTTP: '5003',
      WEB_2_SERVICE_HOST: '127.0.0.1',
      WEB_2_SERVICE_PORT: '5005',
      WEB_2_SERVICE_PORT_HTTP: '5005',
      REDIS_SERVICE_HOST: '127.0.0.1',
      REDIS_SERVICE_PORT: '5001',
      REDIS_SERVICE_PORT_MAIN: '5001',
      JOBS_SERVICE_HOST: '127.0.0.1',
      JOBS_SERVICE_PORT: '3000',
      JOBS_SERVICE_PORT_HTTP: '3000',
      VOLUME_LOGS: '/volumes/web-2-logs',
      VOLUME_DATA: '/volumes/data',
    });
  });

  it('its env and env files stand over those of the pod, and only there', () => {
    const files = { '.env': 'A=pod\nB=pod', 'web.env': 'B=web' };
    const web = { env: { NAME: '${app.name}-${env.B}' }, envFile: 'web.env' };
    const config = { ...shop(web), env: { NAME: 'pod', LEVEL: '${env.B}' }, envFile: '.env' };
    expect(problemsOf(config, files)).toBe('no problem');
    const loaded = load(config, files);
    expect(loaded.fileEnv).toEqual({ A: 'pod', B: 'pod' });
    expect(loaded.appFileEnv).toEqual({ web: { B: 'web' }, jobs: {} });
  });
});

describe('outside of an app', () => {
  it('its primary is seen by the name of the app, and of each instance', () => {
    const config = {
      ...shop(),
      sidecars: {
        front: { command: ['x', '${ports.web-2.http}', '${ports.jobs.http}'], dependsOn: ['web-1'] },
      },
    };
    const pod = podOf(config);
    expect(processOf(pod, 'front').launch.command).toMatchObject({
      args: [`${processOf(pod, 'web-2').ports[0]?.port}`, '3000'],
    });
    expect(envOf(pod, 'front').injected).not.toHaveProperty('WEB_SERVICE_PORT');
    expect(envOf(pod, 'front').injected).not.toHaveProperty('SIDECARCTL_APP');
  });

  it('an app may wait for the end of another', () => {
    const config = {
      apps: {
        seed: { primary: { command } },
        web: { primary: { command, dependsOn: { seed: 'completed' } } },
      },
    };
    expect(processOf(podOf(config), 'web').dependsOn).toMatchObject([
      { process: 'seed', condition: 'completed' },
    ]);
  });
});

describe('a config that is one app with instances', () => {
  const config = {
    volumes: { logs: {} },
    env: { PEER: '${ports.redis.main}' },
    sidecars: { redis: { command, ports: { main: 'auto' } } },
    primary: { name: 'web', command, instances: 2, ports: { http: 'auto' } },
  };

  it('has all that is in it for each of them', () => {
    const pod = podOf(config);
    expect([...pod.processes.keys()]).toEqual(['web-1-redis', 'web-1', 'web-2-redis', 'web-2']);
    expect([...pod.volumes.keys()]).toEqual(['web-1-logs', 'web-2-logs']);
    expect(envOf(pod, 'web-2').pod).toEqual({ PEER: '5003' });
    expect(envOf(pod, 'web-2').injected).toMatchObject({ SIDECARCTL_APP: 'web', SIDECARCTL_INSTANCE: '2' });
  });

  it('without instances has the names that it has, and no app', () => {
    const pod = podOf({ ...config, primary: { name: 'web', command } });
    expect([...pod.processes.keys()]).toEqual(['redis', 'web']);
    expect(processOf(pod, 'web').app).toBeNull();
    expect(envOf(pod, 'web').injected).not.toHaveProperty('SIDECARCTL_APP');
  });
});

describe('what is selected', () => {
  const desired = (selection: { readonly only?: string[]; readonly without?: string[] }): string[] =>
    [
      ...podOf(
        shop({ sidecars: { tls: { command, dependsOn: ['web'] }, debug: { command, autostart: false } } }),
        selection,
      ).processes.values(),
    ]
      .filter((process) => process.desired)
      .map(({ name }) => name);

  it.each<readonly [string, Parameters<typeof desired>[0], string[]]>([
    [
      'an app: all of it',
      { only: ['web'] },
      ['seed', 'redis', 'web-1-migrate', 'web-1', 'web-1-tls', 'web-2-migrate', 'web-2', 'web-2-tls'],
    ],
    ['an instance: all of it', { only: ['web-2'] }, ['seed', 'redis', 'web-2-migrate', 'web-2', 'web-2-tls']],
    [
      'a process of an instance, and what it needs',
      { only: ['web-2-tls'] },
      ['seed', 'redis', 'web-2-migrate', 'web-2', 'web-2-tls'],
    ],
    ['all but an app', { without: ['web'] }, ['seed', 'redis', 'jobs']],
    [
      'all but an instance',
      { without: ['web-1'] },
      ['seed', 'redis', 'web-2-migrate', 'web-2', 'web-2-tls', 'jobs'],
    ],
  ])('%s', (_what, selection, names) => {
    expect(desired(selection)).toEqual(names);
  });

  it('is known by the names of apps and of processes', () => {
    expect(resolveProblemsOf(shop(), { only: ['wbe'] })).toBe(
      "--only: there is no process 'wbe'. Did you mean 'web'? There are: web, jobs, seed, redis, web-1-migrate, web-1-proxy, web-1, web-2-migrate, web-2-proxy, web-2.",
    );
  });
});

describe('a command, or arguments, from the command line', () => {
  it('are for the one primary that is left', () => {
    const pod = podOf(shop(), { only: ['jobs'], primaryCommand: ['npm', 'test'] });
    expect(processOf(pod, 'jobs').launch.command).toEqual({ kind: 'direct', file: 'npm', args: ['test'] });
    expect(processOf(pod, 'web-1').launch.command).toEqual({ kind: 'shell', line: command });
  });

  it('are not for the primary of an app that it needs', () => {
    const apps = { web: { primary: { command } }, jobs: { primary: { command, dependsOn: ['web'] } } };
    const pod = podOf({ apps }, { only: ['jobs'], primaryArgs: ['--once'] });
    expect(processOf(pod, 'web')).toMatchObject({
      desired: true,
      isSupport: true,
      launch: { command: { kind: 'shell', line: command } },
    });
    expect(processOf(pod, 'jobs').launch.command).toMatchObject({ line: expect.stringContaining('--once') });
  });

  it('are refused where there are several', () => {
    expect(resolveProblemsOf(shop(), { primaryCommand: ['npm', 'test'] })).toBe(
      'the command replaces the primary, but there are several primaries: web-1, web-2, jobs. Choose one with --only NAME.',
    );
    expect(resolveProblemsOf(shop(), { primaryArgs: ['--watch'], only: ['web'] })).toBe(
      'the arguments are for the primary, but there are several primaries: web-1, web-2. Choose one with --only NAME.',
    );
  });
});

describe('a config of several apps is refused for', () => {
  const primary = { command };

  it.each<readonly [string, unknown, string]>([
    [
      'a primary beside them',
      { primary, ...shop() },
      'apps: a config has primary or apps, not both. Apps share the processes beside them.',
    ],
    [
      'none of them',
      { apps: {} },
      'apps: is {}; expected an object from app names to apps, of which there is at least one.',
    ],
    [
      'neither these nor a primary',
      { sidecars: {} },
      'primary: is missing; expected an object with a command or an image, and whatever else the app needs.',
    ],
    [
      'an app without a primary',
      { apps: { web: {} } },
      'apps.web.primary: is missing; expected an object with a command or an image, and whatever else the app needs.',
    ],
    [
      'an app that is called what no process can be',
      { apps: { Web: { primary } } },
      "apps.Web: 'Web' is not a name: names are lower-case letters, digits and inner hyphens, at most 63 of them.",
    ],
    [
      'instances that are none',
      { primary: { command, instances: 0 } },
      'primary.instances: is 0; expected a whole number from 1.',
    ],
    [
      'a fixed port of several instances',
      shop({ primary: { command, instances: 3, ports: { http: 8080 } } }),
      "apps.web.primary.ports.http: only one instance can have port 8080: write 'auto', which gives each instance its own port.",
    ],
    [
      'a mount at one place',
      shop({ primary: { command, instances: 2, mounts: { logs: 'logs' } } }),
      "apps.web.primary.mounts.logs: every instance would mount its own volume at 'logs': write ${app.instance} into the path.",
    ],
    [
      'a name that is shared too',
      shop({ sidecars: { redis: primary } }),
      "apps.web.sidecars.redis: the name 'redis' is taken by sidecars.redis: apps, the processes that they share, and the processes of an app need different names.",
    ],
    [
      'a sidecar that is called as its app',
      shop({ sidecars: { web: primary } }),
      "apps.web.sidecars.web: the name 'web' is taken by apps.web.primary: apps, the processes that they share, and the processes of an app need different names.",
    ],
    [
      'two that come to one name in the pod',
      shop({}, { sidecars: { 'web-1-proxy': primary } }),
      "apps.web.sidecars.proxy: the name 'web-1-proxy' is taken by sidecars.web-1-proxy: apps, the processes that they share, and the processes of an app need different names.",
    ],
    [
      'an app that is called as an instance of another',
      { apps: { web: { primary: { command, instances: 2 } }, 'web-2': { primary } } },
      "apps.web-2.primary: the name 'web-2' is taken by apps.web.primary: apps, the processes that they share, and the processes of an app need different names.",
    ],
    [
      'volumes that come to one name',
      shop({}, { volumes: { 'web-1-logs': {} } }),
      "apps.web.volumes.logs: the name 'web-1-logs' is taken by volumes.web-1-logs: a volume cannot have the name of an app or of an instance.",
    ],
    [
      'a name that grows too long',
      { apps: { ['a'.repeat(40)]: { sidecars: { ['b'.repeat(30)]: primary }, primary } } },
      `apps.${'a'.repeat(40)}.sidecars.${'b'.repeat(30)}: its name in the pod is '${'a'.repeat(40)}-${'b'.repeat(30)}': 71 characters, but at most 63 are allowed.`,
    ],
    [
      'a wait for what is in another app',
      {
        apps: {
          web: { sidecars: { proxy: primary }, primary },
          jobs: { primary: { command, dependsOn: ['web-proxy'] } },
        },
      },
      "apps.jobs.primary.dependsOn[0]: there is no process 'web-proxy'. There are: web.",
    ],
    [
      'a reference to an app with instances',
      shop({}, { env: { URL: '${ports.web.http}' } }),
      "env.URL: unknown reference 'ports.web.http'. Did you mean 'ports.web-1.http'? There are: ports.redis.main, ports.jobs.http, ports.web-1.http, ports.web-2.http, volumes.data.",
    ],
    [
      'app where there is none',
      shop({}, { env: { APP: '${app.name}' } }),
      "env.APP: unknown reference 'app.name'. There are: ports.redis.main, ports.jobs.http, ports.web-1.http, ports.web-2.http, volumes.data.",
    ],
    [
      'a circle from app to app',
      {
        apps: {
          web: { primary: { command, dependsOn: ['jobs'] } },
          jobs: { primary: { command, dependsOn: ['web'] } },
        },
      },
      'apps.jobs.primary.dependsOn[0]: dependency cycle: web → jobs → web.',
    ],
    [
      'a circle through what is waited for by default',
      {
        apps: {
          web: { sidecars: { a: { command, dependsOn: ['jobs'] } }, primary },
          jobs: { sidecars: { b: { command, dependsOn: ['web'] } }, primary },
        },
      },
      'apps.web.primary.dependsOn: dependency cycle: web-a → jobs → jobs-b → web → web-a.',
    ],
    [
      'an unknown name in each of its instances, once',
      shop({ sidecars: { proxy: { command, dependsOn: ['rediss'] } } }),
      "apps.web.sidecars.proxy.dependsOn[0]: there is no process 'rediss'. Did you mean 'redis'? There are: migrate, web, seed, redis, jobs, web-1, web-2.",
    ],
    [
      'a missing env file of an app',
      shop({ envFile: 'web.env' }),
      'apps.web.envFile: there is no file <folder>/web.env.',
    ],
  ])('%s', (_what, config, message) => {
    expect(problemsOf(config)).toBe(message);
  });

  it('what is wrong in the rest of it, where a part has no shape', () => {
    const config = {
      apps: {
        web: { sidecars: { watch: { command: 5 } }, primary: { command, stop: { signal: 'SIGHOP' } } },
      },
    };
    expect(problemsOf(config).split('\n')).toHaveLength(2);
  });
});
