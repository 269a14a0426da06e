import { describe, expectTypeOf, it } from 'vitest';
import { defineConfig } from '../../src/config/types.ts';

describe('the paths of files in the wiring', () => {
  it('compile by the names of files that are texts, functions, or objects', () => {
    defineConfig({
      sidecars: {
        redis: {
          command: ({ files }) => {
            expectTypeOf(files['redis.conf']).toEqualTypeOf<string>();
            return ['redis-server', files['redis.conf']];
          },
          ports: { main: 'auto' },
          files: { 'redis.conf': ({ ports }) => `port ${ports.redis.main}` },
        },
        proxy: {
          files: {
            conf: {
              content: ({ ports, files }) => `to ${ports.redis.main} key ${files.key}`,
              onChange: { signal: 'SIGHUP' },
            },
            key: { content: ({ env }) => env['KEY'] ?? '', secret: true },
          },
          command: ({ files }) => `proxy ${files.conf}`,
          env: { KEY: ({ files }) => files.key },
          liveness: { file: ({ files }) => files.conf },
        },
      },
      init: { seed: { command: ({ files }) => `psql -f ${files.seed}`, files: { seed: 'select 1' } } },
      primary: {
        command: ({ files }) => `node app.js ${files.settings}`,
        files: { settings: { content: '{}', mode: '0600' } },
      },
    });
  });

  it('compile within an app', () => {
    defineConfig({
      sidecars: {
        bus: {
          command: ({ files }) => `bus ${files.bus}`,
          files: { bus: ({ ports }) => `${ports.web.http}` },
        },
      },
      apps: {
        web: {
          sidecars: {
            proxy: {
              command: ({ files }) => `proxy ${files.conf}`,
              files: { conf: ({ ports }) => `${ports.web.http}` },
            },
          },
          primary: {
            command: ({ files }) => `web ${files.web}`,
            ports: { http: 'auto' },
            files: { web: () => '' },
          },
        },
      },
    });
  });

  it('do not compile by names that no file has', () => {
    defineConfig({
      sidecars: {
        // @ts-expect-error
        redis: { command: ({ files }) => `redis ${files.cnf}`, files: { conf: ({ ports }) => `${ports}` } },
        // @ts-expect-error
        other: { command: ({ files }) => `redis ${files.nothing}` },
      },
      // @ts-expect-error
      primary: { command: 'x', env: { A: ({ files }) => files.b } },
    });
    defineConfig({
      apps: {
        // @ts-expect-error
        web: { primary: { command: ({ files }) => `web ${files.wbe}`, files: { web: () => '' } } },
      },
    });
  });

  it('compile in mounts, beside those of volumes', () => {
    defineConfig({
      volumes: { data: {} },
      sidecars: {
        redis: {
          image: 'redis',
          files: { conf: ({ volumes }) => volumes.data },
          mounts: { conf: '/etc/redis.conf', data: ['/a', { path: '/b', subPath: 'c', readOnly: true }] },
        },
        // @ts-expect-error
        other: { image: 'redis', mounts: { cnf: '/etc/redis.conf' } },
      },
      apps: { web: { primary: { image: 'web', files: { web: () => '' }, mounts: { web: '/etc/web' } } } },
    });
  });

  it('do not compile in a config without files, nor for the whole pod', () => {
    // @ts-expect-error
    defineConfig({ primary: { command: ({ files }) => `app ${files.conf}` } });
    defineConfig({
      // @ts-expect-error
      env: ({ files }) => ({ CONF: files.conf }),
      primary: { command: 'app', files: { conf: '' } },
    });
  });

  it('keep the other names of a process checked', () => {
    defineConfig({
      sidecars: {
        redis: { command: 'x', ports: { main: 1 }, files: { conf: ({ ports }) => `${ports.redis.main}` } },
        // @ts-expect-error
        b: { command: 'x', files: { conf: ({ ports }) => `${ports.redis.mian}` } },
        // @ts-expect-error
        c: { command: 'x', fils: {} },
        // @ts-expect-error
        d: { command: 'x', files: { conf: { contents: '' } } },
      },
      primary: { command: 'x', dependsOn: ['redis'] },
    });
  });
});
