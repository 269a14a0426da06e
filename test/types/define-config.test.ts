import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ConfigFunction, PodConfig } from '../../src/config/types.ts';
import { defineConfig } from '../../src/config/types.ts';

describe('defineConfig gives back what it is given', () => {
  it('an object, as the same object', () => {
    const config = { primary: { command: 'node server.js' } } as const;
    const typed = defineConfig(config);
    expect(typed).toBe(config);
    expectTypeOf(typed).toEqualTypeOf<PodConfig>();
  });

  it('a function, as the same function', () => {
    const config = () => ({ primary: { command: 'node server.js' } });
    const typed = defineConfig(config);
    expect(typed).toBe(config);
    expectTypeOf(typed).toEqualTypeOf<ConfigFunction>();
  });
});

describe('the module of defineConfig', () => {
  it('imports types alone, so that a config costs nothing but itself', () => {
    const source = readFileSync(new URL('../../src/config/types.ts', import.meta.url), 'utf8');
    expect(source).not.toMatch(/^(import(?! type )|export .* from) /m);
  });
});

describe('right names compile', () => {
  it('in wiring functions, where ports are numbers and volumes strings', () => {
    defineConfig({
      volumes: { logs: {}, data: { persist: true } },
      env: ({ ports }) => ({ REDIS: ports.redis.main }),
      init: {
        migrate: {
          command: ({ ports, volumes, env }) => {
            expectTypeOf(ports.redis.main).toEqualTypeOf<number>();
            expectTypeOf(ports.redis.metrics).toEqualTypeOf<number>();
            expectTypeOf(ports.seed.admin).toEqualTypeOf<number>();
            expectTypeOf(ports.primary.http).toEqualTypeOf<number>();
            expectTypeOf(volumes.logs).toEqualTypeOf<string>();
            expectTypeOf(env['HOME']).toEqualTypeOf<string | undefined>();
            return ['node', 'migrate.js', `${ports.redis.main}`];
          },
          dependsOn: ['redis'],
        },
        seed: { command: 'node seed.js', ports: { admin: { port: 'auto', protocol: 'tcp' } } },
      },
      sidecars: {
        redis: {
          command: ({ ports }) => `redis-server --port ${ports.redis.main}`,
          cwd: ({ volumes }) => volumes.data,
          ports: { main: 'auto', metrics: 9121 },
          readiness: { tcp: 'main', period: '250ms' },
          liveness: { tcp: ({ ports }) => ports.redis.metrics, timeout: 500 },
          preStop: ({ ports }) => ['redis-cli', '-p', `${ports.redis.main}`, 'save'],
          commands: {
            flush: ({ ports }) => ['redis-cli', '-p', `${ports.redis.main}`, 'flushall'],
            info: {
              command: ({ ports }) => `redis-cli -p ${ports.redis.metrics} info`,
              description: 'figures',
            },
          },
        },
        shipper: {
          command: 'python3 ship.py',
          mounts: { logs: './var/log' },
          dependsOn: { redis: 'started', primary: { condition: 'ready', restart: true } },
        },
      },
      primary: {
        command: 'node server.js',
        ports: { http: 3000 },
        env: { LOG_DIR: ({ volumes }) => volumes.logs, REDIS: ({ ports }) => ports.redis.main, DEBUG: true },
        readiness: { http: ({ ports }) => `http://127.0.0.1:${ports.primary.http}/healthz` },
        startup: { http: { port: 'http', path: '/start' }, failureThreshold: 10 },
        postStart: { http: ({ ports }) => `http://127.0.0.1:${ports.primary.http}/warm` },
        dependsOn: ['migrate', 'redis'],
      },
    });
  });

  it('for a primary with a name of its own', () => {
    defineConfig({
      sidecars: { proxy: { command: ({ ports }) => `proxy ${ports.web.http}`, dependsOn: ['web'] } },
      primary: { name: 'web', command: 'node server.js', ports: { http: 3000 } },
    });
  });

  it('whichever of ports and the function that reads them comes first', () => {
    defineConfig({
      sidecars: { redis: { ports: { main: 'auto' }, command: ({ ports }) => `redis ${ports.redis.main}` } },
      primary: { command: ({ ports }) => `node ${ports.redis.main}` },
    });
  });

  it('as references in strings, which are checked when the config is loaded', () => {
    defineConfig({
      primary: { command: 'x', ports: { main: 1 }, readiness: { tcp: '${ports.primary.main}' } },
    });
  });

  it('in a config function, sync or async, around a defined config', () => {
    defineConfig(({ mode, env, args }) =>
      defineConfig({
        volumes: { logs: {} },
        sidecars: {
          redis: {
            command: ({ ports, volumes }) => {
              expectTypeOf(ports.redis.main).toEqualTypeOf<number>();
              expectTypeOf(volumes.logs).toEqualTypeOf<string>();
              return `redis ${mode} ${env['HOME']} ${args.join(' ')}`;
            },
            ports: { main: 'auto' },
            readiness: { tcp: 'main' },
          },
        },
        primary: { command: 'node server.js', dependsOn: ['redis'] },
      }),
    );
    defineConfig(async ({ mode }) => {
      const ports = { main: mode === 'run' ? 'auto' : 6379 } as const;
      return defineConfig({
        sidecars: { redis: { command: ({ ports }) => `redis ${ports.redis.main}`, ports } },
        primary: { command: 'node server.js', dependsOn: ['redis'] },
      });
    });
  });

  it('in a config function that returns a plain object', () => {
    defineConfig(async ({ mode }) => ({
      sidecars: {
        redis: { command: ({ ports }) => `redis ${ports.redis.main} ${mode}`, ports: { main: 'auto' } },
      },
      primary: { command: 'node server.js', dependsOn: ['redis'] },
    }));
  });
});

describe('wrong names do not compile', () => {
  it('a port, a process without ports, a process that does not exist, a volume', () => {
    defineConfig({
      volumes: { logs: {} },
      sidecars: {
        redis: {
          // @ts-expect-error
          command: ({ ports }) => `redis ${ports.redis.mian}`,
          // @ts-expect-error
          cwd: ({ volumes }) => volumes.logz,
          ports: { main: 'auto' },
        },
        shipper: {
          // @ts-expect-error
          command: ({ ports }) => `ship ${ports.shipper.main}`,
          // @ts-expect-error
          env: ({ ports }) => ({ REDIS: ports.rediss.main }),
        },
      },
      primary: {
        command: 'node server.js',
        // @ts-expect-error
        env: { REDIS: ({ ports }) => ports.redis.mian },
        // @ts-expect-error
        readiness: { http: ({ ports }) => `http://127.0.0.1:${ports.web.http}` },
        // @ts-expect-error
        postStart: ({ ports }) => `echo ${ports.primary.http}`,
      },
    });
  });

  it('in dependsOn, as a list and as a record', () => {
    defineConfig({
      sidecars: {
        redis: { command: 'redis-server' },
        // @ts-expect-error
        shipper: { command: 'ship', dependsOn: ['rediss'] },
        // @ts-expect-error
        proxy: { command: 'proxy', dependsOn: { rediss: 'ready' } },
      },
      // @ts-expect-error
      primary: { command: 'node server.js', dependsOn: ['redis', 'migrate'] },
    });
  });

  it('the literal name "primary" once the primary is called something else', () => {
    defineConfig({
      // @ts-expect-error
      sidecars: { proxy: { command: 'proxy', dependsOn: ['primary'] } },
      primary: { name: 'web', command: 'node server.js' },
    });
  });

  it('in mounts and in probe targets', () => {
    defineConfig({
      volumes: { logs: {} },
      sidecars: {
        redis: {
          command: 'redis-server',
          ports: { main: 'auto' },
          // @ts-expect-error
          mounts: { logz: './var/log' },
          // @ts-expect-error
          readiness: { tcp: 'mian' },
          // @ts-expect-error
          liveness: { grpc: { port: 'mian' } },
          // @ts-expect-error
          startup: { http: { port: 'mian' } },
        },
      },
      primary: { command: 'node server.js' },
    });
    defineConfig({
      sidecars: { redis: { command: 'redis-server', ports: { main: 'auto' } } },
      // @ts-expect-error
      primary: { command: 'node server.js', readiness: { tcp: 'main' } },
    });
    defineConfig({
      // @ts-expect-error
      sidecars: { redis: { command: 'redis-server', readiness: { tcp: 'main' } } },
      primary: { command: 'node server.js' },
    });
  });

  it('in a config function, sync or async, around a defined config', () => {
    defineConfig(() =>
      defineConfig({
        volumes: { logs: {} },
        sidecars: {
          redis: {
            // @ts-expect-error
            command: ({ ports }) => `redis ${ports.redis.mian}`,
            // @ts-expect-error
            cwd: ({ volumes }) => volumes.logz,
            ports: { main: 'auto' },
          },
        },
        primary: { command: 'node server.js' },
      }),
    );
    defineConfig(async ({ mode }) => {
      const sidecars = { redis: { command: mode, ports: { main: 'auto' } } } as const;
      return defineConfig({
        sidecars,
        // @ts-expect-error
        primary: { command: 'node server.js', dependsOn: ['rediss'] },
      });
    });
  });

  it('in a config function that returns a plain object without wiring functions', () => {
    // @ts-expect-error
    defineConfig(({ mode }) => ({
      sidecars: { redis: { command: mode } },
      primary: { command: 'node server.js', dependsOn: ['rediss'] },
    }));
  });
});

describe('wrong values do not compile', () => {
  it('an unknown field, a bad duration, a missing primary', () => {
    defineConfig({
      // @ts-expect-error
      primary: { comand: 'node server.js' },
    });
    defineConfig({
      primary: { command: 'node server.js' },
      // @ts-expect-error
      stop: { grace: '10 seconds' },
    });
    // @ts-expect-error
    defineConfig({ sidecars: { redis: { command: 'redis-server' } } });
  });

  it('log for liveness, several successes for startup, a grace for readiness', () => {
    defineConfig({
      primary: {
        command: 'node server.js',
        // @ts-expect-error
        liveness: { log: 'ready' },
        // @ts-expect-error
        startup: { tcp: 1, successThreshold: 2 },
        // @ts-expect-error
        readiness: { tcp: 1, grace: '1s' },
      },
    });
  });
});
