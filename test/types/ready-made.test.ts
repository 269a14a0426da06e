import { describe, expectTypeOf, it } from 'vitest';
import { defineConfig } from '../../src/config/types.ts';
import { startPod } from '../../src/index.ts';

describe('ready-made sidecars', () => {
  it('have ports in the wiring of all processes, and their own in probes', () => {
    defineConfig({
      sidecars: {
        redis: { command: 'redis-server', ports: { main: 'auto' } },
        slow: {
          use: 'faults',
          with: { to: 'redis', for: ['web'], toxics: [{ type: 'latency', attributes: { latency: 5 } }] },
          env: ({ ports }) => ({ URL: ports.redis.main }),
          liveness: { http: { port: 'admin', path: '/ready' } },
          preStop: ({ ports }) => `echo ${ports.slow.main}`,
          restart: 'never',
        },
        fixed: {
          use: 'faults',
          with: { to: 'redis.main', toxics: [{ type: 'timeout' }], enabled: false },
          engine: 'embedded',
          ports: { admin: 8474 },
        },
        plain: {
          command: ({ ports }) => {
            expectTypeOf(ports.slow.main).toEqualTypeOf<number>();
            expectTypeOf(ports.slow.admin).toEqualTypeOf<number>();
            expectTypeOf(ports.fixed.admin).toEqualTypeOf<number>();
            expectTypeOf(ports.fixed.main).toEqualTypeOf<number>();
            return `x ${ports.redis.main}`;
          },
          ports: { http: 'auto' },
          dependsOn: ['slow'],
        },
      },
      primary: { name: 'web', command: ({ ports }) => `web ${ports.slow.main} ${ports.plain.http}` },
    });
  });

  it('stand in apps, too', () => {
    defineConfig({
      sidecars: { shared: { use: 'faults', with: { to: { port: 5432 } } } },
      apps: {
        web: {
          sidecars: {
            db: { command: 'db', ports: { main: 'auto' } },
            slow: { use: 'faults', with: { to: 'db', for: ['web'] } },
          },
          primary: {
            command: ({ ports }) => {
              expectTypeOf(ports.slow.main).toEqualTypeOf<number>();
              expectTypeOf(ports.shared.admin).toEqualTypeOf<number>();
              return `${ports.db.main}`;
            },
          },
        },
      },
    });
  });
});

it('ready-made sidecars stand in a config function, too', () => {
  defineConfig(({ mode }) =>
    defineConfig({
      sidecars: { slow: { use: 'faults', with: { to: 'web', enabled: mode === 'dev' } } },
      primary: { name: 'web', command: ({ ports }) => `web ${ports.slow.main}`, ports: { http: 'auto' } },
    }),
  );
});

describe('what is wrong with a ready-made sidecar does not compile', () => {
  it('an unknown name, option, engine, toxic, attribute, process or port', () => {
    defineConfig({
      sidecars: {
        // @ts-expect-error
        a: { use: 'fautls', with: { to: 'web' } },
        // @ts-expect-error
        b: { use: 'faults', with: { to: 'web', toxix: [] } },
        // @ts-expect-error
        c: { use: 'faults', with: { to: 'web' }, engine: 'haproxy' },
        // @ts-expect-error
        d: { use: 'faults', with: { to: 'web', toxics: [{ type: 'latenzy' }] } },
        // @ts-expect-error
        e: { use: 'faults', with: { to: 'web', toxics: [{ type: 'latency', attributes: { rate: 1 } }] } },
        // @ts-expect-error
        f: { use: 'faults', with: { to: 'wbe' } },
        // @ts-expect-error
        g: { use: 'faults', with: { to: 'web', for: ['wbe'] } },
        // @ts-expect-error
        h: { use: 'faults', with: { to: 'web' }, command: 'x' },
        // @ts-expect-error
        i: { use: 'faults' },
        // @ts-expect-error
        j: { command: 'x', with: { to: 'web' } },
        // @ts-expect-error
        k: { use: 'faults', with: { to: 'web' }, readiness: { tcp: 'mian' } },
        // @ts-expect-error
        l: { use: 'faults', with: { to: 'web' }, dependsOn: ['wbe'] },
      },
      primary: {
        name: 'web',
        // @ts-expect-error
        command: ({ ports }) => `${ports.b.https}`,
      },
    });
  });
});

it('the ports of a ready-made sidecar are those of a pod that a program starts', () => {
  const start = () =>
    startPod({
      sidecars: { slow: { use: 'faults', with: { to: { port: 5432 } } } },
      primary: { command: 'x' },
    });
  expectTypeOf<Awaited<ReturnType<typeof start>>['ports']['slow']['main']>().toEqualTypeOf<number>();
});
