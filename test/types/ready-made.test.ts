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
          with: {
            to: 'redis.main',
            toxics: [{ type: 'timeout' }],
            http: [{ match: { path: '/a', method: 'GET' }, failFirst: 1, status: 500, delay: '1s' }],
            enabled: false,
          },
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

  it('ship logs from volumes or processes to one destination or several', () => {
    defineConfig({
      volumes: { logs: {} },
      sidecars: {
        sink: { command: 'sink', ports: { http: 'auto' } },
        files: {
          use: 'log-shipper',
          with: { from: { volume: 'logs', include: ['*.log'] }, to: { http: 'sink' }, redact: [/a/, 'b'] },
        },
        output: {
          use: 'log-shipper',
          with: {
            from: { processes: ['web'] },
            to: [{ loki: 'sink.http' }, { name: 'x', file: { path: 'a', size: '1MiB' } }],
            parse: /(?<level>a)/,
          },
          liveness: { http: { port: 'admin', path: '/ready' } },
        },
        wrong: {
          use: 'log-shipper',
          // @ts-expect-error
          with: { from: { processes: ['wbe'] }, to: { stdout: true } },
        },
      },
      primary: {
        name: 'web',
        command: ({ ports }) => {
          expectTypeOf(ports.files.admin).toEqualTypeOf<number>();
          return 'web';
        },
      },
    });
  });

  it('of a log sink have the ports of what it listens for', () => {
    defineConfig({
      sidecars: {
        all: { use: 'log-sink', with: { keep: '16MiB', file: { path: 'a', volume: 'logs' } } },
        some: { use: 'log-sink', with: { listen: { syslog: false, forward: false } } },
      },
      volumes: { logs: {} },
      primary: {
        command: ({ ports }) => {
          expectTypeOf(ports.all.forward).toEqualTypeOf<number>();
          expectTypeOf(ports.all['syslog-udp']).toEqualTypeOf<number>();
          expectTypeOf(ports.some.http).toEqualTypeOf<number>();
          // @ts-expect-error it does not listen for this.
          expectTypeOf(ports.some.syslog).toEqualTypeOf<number>();
          return 'web';
        },
      },
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

it('prometheus needs no options, and has the ports http and admin', () => {
  defineConfig({
    sidecars: {
      prom: { use: 'prometheus' },
      other: {
        use: 'prometheus',
        with: {
          scrape: ['auto', 'web.http', { to: 'web', path: '/m', job: 'x' }, { to: { port: 9100 } }],
          scrapeInterval: '1s',
          retention: '1h',
          rules: [
            { record: 'a:b', expr: 'x' },
            { alert: 'Slow', expr: 'x > 1', for: '1m', annotations: { summary: '{{ $value }}' } },
          ],
        },
      },
      plain: {
        command: ({ ports }) => {
          expectTypeOf(ports.prom.http).toEqualTypeOf<number>();
          return `x ${ports.other.admin}`;
        },
      },
      // @ts-expect-error
      wrong: { use: 'prometheus', with: { scrape: ['wbe'] } },
      // @ts-expect-error
      neither: { use: 'prometheus', with: { rules: [{ expr: 'x' }] } },
    },
    primary: { name: 'web', command: 'web', ports: { http: 'auto' } },
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
        e2: { use: 'faults', with: { to: 'web', http: [{ failfirst: 1 }] } },
        // @ts-expect-error
        f: { use: 'faults', with: { to: 'wbe' } },
        // @ts-expect-error
        g: { use: 'faults', with: { to: 'web', for: ['wbe'] } },
        // @ts-expect-error
        h: { use: 'faults', with: { to: 'web' }, command: 'x' },
        // @ts-expect-error
        i: { use: 'faults' },
        m: { use: 'monitor' },
        m2: {
          use: 'monitor',
          with: { limits: { web: { memory: '1GiB', action: 'end' } }, names: ['kubernetes'] },
        },
        // @ts-expect-error
        m3: { use: 'monitor', with: { limits: { wbe: { cpu: 1 } } } },
        // @ts-expect-error
        m4: { use: 'monitor', with: { processes: ['wbe'] } },
        // @ts-expect-error
        m5: { use: 'monitor', with: { names: ['otell'] } },
        n: {
          use: 'metrics-adapter',
          with: { from: [{ statsd: true }, { logs: { match: /x/, metric: { name: 'x' } } }] },
        },
        n2: { use: 'metrics-adapter', with: { from: { prometheus: 'web' }, push: { otlp: 'https://x' } } },
        // @ts-expect-error
        n3: { use: 'metrics-adapter', with: { from: { prometheus: 'wbe' } } },
        // @ts-expect-error
        n4: { use: 'metrics-adapter', with: { from: { statsd: true }, relabel: [{ action: 'drp' }] } },
        n6: {
          use: 'metrics-adapter',
          with: {
            from: [{ nginxStatus: 'web' }, { redis: { to: 'web' } }, { redis: 'redis://:x@127.0.0.1' }],
          },
        },
        n8: { use: 'metrics-adapter', with: { from: { statsd: true }, push: { remoteWrite: 'web' } } },
        // @ts-expect-error
        n7: { use: 'metrics-adapter', with: { from: { redis: 'http://127.0.0.1' } } },
        // @ts-expect-error
        n5: { use: 'metrics-adapter' },
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

it('the ports of an ambassador are those that its options say', () => {
  defineConfig({
    sidecars: {
      edge: { use: 'ambassador', with: { to: 'web', tls: true, redirectPort: 'auto' } },
      plain: { use: 'ambassador', with: { to: 'web.http' } },
      off: { use: 'ambassador', with: { to: { port: 3000 }, tls: false } },
      named: {
        use: 'ambassador',
        with: { to: 'http://127.0.0.1:81', tls: { names: ['a.test'] } },
        ports: { admin: 9000 },
      },
      bytes: { use: 'ambassador', with: { to: [{ name: 'web' }], protocol: 'tcp', tls: true } },
      x: {
        command: ({ ports }) => {
          expectTypeOf(ports.edge).toEqualTypeOf<{
            readonly https: number;
            readonly http: number;
            readonly admin: number;
          }>();
          expectTypeOf(ports.plain).toEqualTypeOf<{ readonly http: number; readonly admin: number }>();
          expectTypeOf(ports.off).toEqualTypeOf<{ readonly http: number; readonly admin: number }>();
          expectTypeOf(ports.bytes).toEqualTypeOf<{ readonly tcp: number; readonly admin: number }>();
          expectTypeOf(ports.named.https).toEqualTypeOf<number>();
          // @ts-expect-error
          return `${ports.named.http}`;
        },
      },
    },
    primary: { name: 'web', command: ({ ports }) => `x ${ports.edge.https}`, ports: { http: 'auto' } },
  });
  defineConfig({
    sidecars: { edge: { use: 'ambassador', with: { to: 'web', tls: true } } },
    apps: {
      web: {
        sidecars: {
          inner: { use: 'ambassador', with: { to: 'web', tls: true } },
          y: { command: ({ ports }) => `${ports.edge.https} ${ports.inner.https}` },
        },
        primary: {
          command: ({ ports }) => `x ${ports.inner.https}`,
          ports: { http: 'auto' },
          instances: 3,
        },
      },
    },
  });
});

it('what is wrong with an ambassador does not compile', () => {
  defineConfig({
    sidecars: {
      // @ts-expect-error
      a: { use: 'ambassador', with: { to: 'web', tls: { nmaes: [] } } },
      // @ts-expect-error
      b: { use: 'ambassador', with: { to: 'wbe' } },
      // @ts-expect-error
      c: { use: 'ambassador', with: { to: 'web', routes: [{ matches: [{ pth: '/' }] }] } },
      // @ts-expect-error
      d: { use: 'ambassador', with: { to: 'web', retry: { retryOn: ['conect-failure'] } } },
      // @ts-expect-error
      e: { use: 'ambassador', with: { to: 'web', retry: { numRetrys: 1 } } },
      // @ts-expect-error
      f: { use: 'ambassador', with: { to: [{ name: 'wbe' }] } },
      // @ts-expect-error
      g: { use: 'ambassador', with: { to: 'web', routes: [{ to: 'wbe' }] } },
      // @ts-expect-error
      h: { use: 'ambassador', with: { tls: true } },
      // @ts-expect-error
      i: { use: 'ambassador', with: { to: 'web', holdFor: '5sec' } },
    },
    primary: { name: 'web', command: 'x', ports: { http: 'auto' } },
  });
});

it('the ports of an egress are the names in to', () => {
  defineConfig({
    sidecars: {
      calls: {
        use: 'egress',
        with: { to: { payments: 'https://a.test', users: { url: 'web', retry: {} } } },
      },
      all: {
        use: 'egress',
        with: { to: { list: ['http://a.test'] }, forwardProxy: true, tls: { certificate: 'local' } },
      },
      x: {
        command: ({ ports }) => {
          expectTypeOf(ports.calls).toEqualTypeOf<{
            readonly payments: number;
            readonly users: number;
            readonly admin: number;
          }>();
          expectTypeOf(ports.all).toEqualTypeOf<{
            readonly list: number;
            readonly proxy: number;
            readonly admin: number;
          }>();
          return 'x';
        },
      },
      // @ts-expect-error
      a: { use: 'egress', with: { to: { a: 'wbe' } } },
      // @ts-expect-error
      b: { use: 'egress', with: { to: { a: { url: 'wbe' } } } },
      // @ts-expect-error
      c: { use: 'egress', with: { to: { a: { url: 'web', rety: {} } } } },
      // @ts-expect-error
      d: { use: 'egress', with: { to: 'web' } },
    },
    primary: { name: 'web', command: 'x', ports: { http: 'auto' } },
  });
});

it('a config-refresh takes every source and action, and its files are files of others', () => {
  defineConfig({
    volumes: { conf: {} },
    sidecars: {
      conf: {
        use: 'config-refresh',
        with: {
          sources: {
            a: { file: 'a.json', interval: '2s', parse: 'json' },
            b: { url: 'http://a', headers: { x: 'y' }, timeout: 500 },
            c: { etcd: { key: 'k', prefix: true } },
            d: { consul: { key: 'k', wait: '5s' } },
            e: { vault: { path: 'p' } },
            f: { exec: ['a'] },
            g: { git: { url: 'u', path: 'p' } },
            h: { dir: 'd' },
          },
          files: [
            { template: 't', volume: 'conf', path: 'app.conf', perms: 0o600, check: 'x $1' },
            { contents: 'c', volume: 'conf', path: 'b', perms: '0644', check: ['x'] },
          ],
          wait: { min: '1s', max: '2s' },
          onChange: { signal: 'SIGHUP', to: 'web' },
          splay: '1s',
          onError: 'fail',
          errorOnMissingKey: false,
          retry: { backoff: 1, maxBackoff: 2, attempts: Number.POSITIVE_INFINITY },
        },
      },
    },
    primary: {
      name: 'web',
      command: ({ ports }) => `x ${ports.conf.admin}`,
      files: { settings: { from: 'conf.app.conf', onChange: { signal: 'SIGHUP' } } },
    },
  });
});

it('what is wrong with a config-refresh does not compile', () => {
  const files = [{ contents: '', volume: 'conf', path: 'a' }];
  defineConfig({
    volumes: { conf: {} },
    sidecars: {
      // @ts-expect-error
      a: { use: 'config-refresh', with: {} },
      // @ts-expect-error
      b: { use: 'config-refresh', with: { files, sources: { a: { fiel: 'x' } } } },
      // @ts-expect-error
      c: { use: 'config-refresh', with: { files, onChange: { restart: 'wbe' } } },
      // @ts-expect-error
      d: { use: 'config-refresh', with: { files, onChange: { signal: 'SIGHUP', to: 'wbe' } } },
      // @ts-expect-error
      e: { use: 'config-refresh', with: { files, onError: 'ignore' } },
      // @ts-expect-error
      f: { use: 'config-refresh', with: { files }, engine: 'consul-template' },
    },
    primary: { name: 'web', command: 'x' },
  });
});
