import { describe, expectTypeOf, it } from 'vitest';
import { defineConfig, type PodConfig } from '../../src/config/types.ts';
import type { RunningPod } from '../../src/index.ts';
import { startPod } from '../../src/index.ts';

describe('right names of several apps compile', () => {
  it('as a config like any other', () => {
    expectTypeOf(defineConfig({ apps: { web: { primary: { command: 'x' } } } })).toEqualTypeOf<PodConfig>();
  });

  it('within an app its own, what is shared, and the primaries of all', () => {
    defineConfig({
      volumes: { data: {} },
      sidecars: { redis: { command: 'redis-server', ports: { main: 'auto' } } },
      apps: {
        web: {
          volumes: { logs: {} },
          env: ({ ports, app }) => ({ URL: ports.web.http, NAME: app.name, NUMBER: app.instance }),
          init: { migrate: { command: ({ ports }) => `migrate ${ports.redis.main}`, dependsOn: ['redis'] } },
          sidecars: {
            proxy: {
              ports: { main: 'auto', admin: 'auto' },
              mounts: { logs: './logs', data: './data' },
              command: ({ ports, volumes, app }) => {
                expectTypeOf(ports.web.http).toEqualTypeOf<number>();
                expectTypeOf(ports.proxy.main).toEqualTypeOf<number>();
                expectTypeOf(ports.redis.main).toEqualTypeOf<number>();
                expectTypeOf(ports.jobs.http).toEqualTypeOf<number>();
                expectTypeOf(ports['web-1'].http).toEqualTypeOf<number>();
                expectTypeOf(volumes.logs).toEqualTypeOf<string>();
                expectTypeOf(volumes.data).toEqualTypeOf<string>();
                expectTypeOf(app.instance).toEqualTypeOf<number>();
                return `proxy ${ports.web.http}`;
              },
              readiness: { tcp: 'admin' },
              dependsOn: ['web', 'redis', 'jobs'],
            },
          },
          primary: {
            command: ({ ports }) => `node ${ports.proxy.main} ${ports.proxy.admin}`,
            instances: 2,
            ports: { http: 'auto' },
            readiness: { tcp: 'http' },
            dependsOn: { proxy: 'started', migrate: 'completed' },
          },
        },
        jobs: {
          primary: {
            command: ({ ports }) => `jobs ${ports['web-1'].http}`,
            ports: { http: 3000 },
            dependsOn: ['web', 'web-2'],
          },
        },
      },
    });
  });

  it('beside them what is shared, and their primaries', () => {
    defineConfig({
      sidecars: {
        front: {
          command: ({ ports }) => {
            expectTypeOf(ports['web-2'].http).toEqualTypeOf<number>();
            expectTypeOf(ports.jobs.http).toEqualTypeOf<number>();
            return 'front';
          },
          dependsOn: ['web', 'web-1', 'jobs'],
        },
      },
      apps: {
        web: { primary: { command: 'node', instances: 2, ports: { http: 'auto' } } },
        jobs: { primary: { command: 'node', ports: { http: 'auto' } } },
      },
    });
  });

  it('of as many instances as a number says that is known only when the config is loaded', () => {
    const instances: number = Number(process.env['INSTANCES'] ?? 2);
    defineConfig({
      sidecars: { front: { command: ({ ports }) => `front ${ports['web-7']?.http}` } },
      apps: { web: { primary: { command: 'node', instances, ports: { http: 'auto' } } } },
    });
  });

  it('of one app with instances', () => {
    defineConfig({
      sidecars: {
        redis: {
          ports: { main: 'auto' },
          command: ({ ports, app }) => `redis ${ports.web.http} ${ports['web-2'].http} ${app.instance}`,
        },
      },
      primary: { name: 'web', command: 'node', instances: 2, ports: { http: 'auto' } },
    });
  });

  it('in a config function, around a defined config or with a plain object', () => {
    defineConfig(({ mode }) =>
      defineConfig({
        apps: { web: { sidecars: { a: { command: mode } }, primary: { command: mode, dependsOn: ['a'] } } },
      }),
    );
    defineConfig(({ mode }) => ({
      apps: {
        web: {
          sidecars: { a: { command: mode, ports: { main: 'auto' } } },
          primary: { command: mode, cwd: ({ ports }) => `${ports.a.main}`, dependsOn: ['a'] },
        },
      },
    }));
  });

  it('of a pod that a program starts, where any name is taken', () => {
    const config = defineConfig({ apps: { web: { primary: { command: 'node', ports: { http: 'auto' } } } } });
    const start = () => startPod(config);
    expectTypeOf<Awaited<ReturnType<typeof start>>['ports']>().toBeAny();
    expectTypeOf<RunningPod['ports']>().toBeAny();
  });
});

describe('wrong names of several apps do not compile', () => {
  it('beside them: what is in an app, an instance that there is not', () => {
    defineConfig({
      sidecars: {
        redis: {
          // @ts-expect-error
          command: ({ ports }) => `redis ${ports.web.http}`,
          // @ts-expect-error
          cwd: ({ ports }) => `${ports.proxy.main}`,
          // @ts-expect-error
          env: ({ ports }) => ({ URL: ports['web-3'].http }),
          // @ts-expect-error
          preStop: ({ app }) => `echo ${app.name}`,
        },
        // @ts-expect-error
        front: { command: 'x', dependsOn: ['webb'] },
      },
      apps: {
        web: {
          sidecars: { proxy: { command: 'proxy', ports: { main: 'auto' } } },
          primary: { command: 'node', instances: 2, ports: { http: 'auto' } },
        },
      },
    });
  });

  it('within an app: a misspelt name, what is in another', () => {
    defineConfig({
      volumes: { data: {} },
      sidecars: { redis: { command: 'redis-server', ports: { main: 'auto' } } },
      apps: {
        web: {
          volumes: { logs: {} },
          sidecars: {
            proxy: {
              ports: { main: 'auto' },
              // @ts-expect-error
              mounts: { logz: './x' },
              // @ts-expect-error
              command: ({ ports }) => `${ports.web.htp}`,
              // @ts-expect-error
              cwd: ({ volumes }) => volumes.lugs,
              // @ts-expect-error
              readiness: { tcp: 'mian' },
              // @ts-expect-error
              dependsOn: ['rediss'],
            },
          },
          primary: { command: 'x', ports: { http: 'auto' } },
        },
        jobs: {
          primary: {
            // @ts-expect-error
            command: ({ ports }) => `${ports.proxy.main}`,
            // @ts-expect-error
            dependsOn: ['proxy'],
          },
        },
      },
    });
  });

  it('of one app with instances, or without', () => {
    defineConfig({
      // @ts-expect-error
      sidecars: { redis: { command: ({ ports }) => `${ports['web-3'].http}` } },
      primary: { name: 'web', command: 'x', instances: 2, ports: { http: 'auto' } },
    });
    defineConfig({
      // @ts-expect-error
      sidecars: { redis: { command: ({ ports }) => `${ports['web-1'].http}` } },
      primary: { name: 'web', command: 'x', ports: { http: 'auto' } },
    });
  });

  it('in a config function around a defined config', () => {
    defineConfig(({ mode }) =>
      defineConfig({
        // @ts-expect-error
        apps: { web: { primary: { command: mode, dependsOn: ['rediss'] } } },
      }),
    );
  });
});

describe('wrong values of several apps do not compile', () => {
  it('an unknown field, an app without a primary, apps beside a primary, instances that are no number', () => {
    defineConfig({
      // @ts-expect-error
      apps: { web: { primary: { comand: 'x' } } },
    });
    defineConfig({
      // @ts-expect-error
      apps: { web: { sidecars: { a: { command: 'x' } } } },
    });
    defineConfig({
      // @ts-expect-error
      apps: { web: { primary: { command: 'x' }, sidecarz: {} } },
    });
    // @ts-expect-error
    defineConfig({ apps: { web: { primary: { command: 'x' } } }, primary: { command: 'y' } });
    defineConfig({
      // @ts-expect-error
      apps: { web: { primary: { command: 'x', instances: '2' } } },
    });
    // @ts-expect-error
    defineConfig({ primary: { command: 'x', instances: '2' } });
  });
});
