import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod/mini';
import type { configSchema } from '../../../src/config/schema/schema.ts';
import type { PodConfig } from '../../../src/config/types.ts';
import { problemsOf } from '../support.ts';

const inPrimary = (fields: object) => ({
  volumes: { logs: {} },
  sidecars: { redis: { command: 'redis-server', ports: { main: 6379 } } },
  primary: { command: 'node server.js', ports: { http: 3000, admin: 'auto' }, ...fields },
});

const onSidecar = (fields: object) => ({
  init: { migrate: { command: 'node migrate.js' } },
  sidecars: { redis: { command: 'redis-server' }, proxy: { command: 'proxy', ...fields } },
  primary: { command: 'node server.js' },
});

const files = { '.env': 'A=1', 'more.env': 'B=2', 'app/x': '' };

/** Each row after its source text: vitest shows a function as {}, and cuts what is long. */
const titled = (rows: readonly object[]): readonly (readonly [string, object])[] =>
  rows.map((row) => [inspect(row, { depth: null, breakLength: Number.POSITIVE_INFINITY }), row]);

describe('the types of a config are those of its schema', () => {
  it('so that what compiles has the right shape', () => {
    expectTypeOf<PodConfig>().toExtend<z.input<typeof configSchema>>();
  });
});

describe('a process takes', () => {
  it.each(
    titled([
      { description: 'the app' },
      { command: 'node server.js | tee log' },
      { command: ['node', 'server.js'] },
      { command: ['node', ''] },
      { command: () => 'node server.js' },
      { cwd: 'app' },
      { cwd: () => 'app' },
      { env: {} },
      { env: { A: 'text', B: 1, C: true, D: null, E: () => 1 } },
      { env: () => ({ A: 1 }) },
      { envFile: '.env' },
      { envFile: { path: '.env' } },
      { envFile: { path: 'missing.env', required: false } },
      { envFile: ['.env', { path: 'more.env', required: true }] },
      { ports: {} },
      { ports: { http: 1, 'a-b': 65_535, auto: 'auto' } },
      {
        ports: { http: { port: 3000, activate: true }, auto: { port: 'auto', host: '::1', activate: true } },
      },
      { ports: { dns: { port: 53, protocol: 'udp' }, all: { port: 'auto', host: '0.0.0.0' } } },
      { mounts: { logs: './var/log' } },
      { mounts: { logs: '/var/log' } },
      { isolate: 'pid' },
      { dependsOn: [] },
      { dependsOn: ['redis'] },
      { dependsOn: { redis: 'started' } },
      { dependsOn: { redis: { condition: 'ready', restart: true, required: false } } },
      { startup: { http: '/healthz', failureThreshold: 10, grace: 0 } },
      { startup: { log: 'ready', successThreshold: 1 } },
      { readiness: false },
      { readiness: { http: '/healthz', successThreshold: 2 } },
      { readiness: { http: 'https://localhost:8443/healthz' } },
      {
        readiness: {
          http: { port: 'admin', path: '/up', scheme: 'https', headers: { accept: '*/*' }, status: 204 },
        },
      },
      { readiness: { http: {} } },
      { readiness: { http: () => '/healthz' } },
      { readiness: { tcp: 'admin' } },
      { readiness: { tcp: 8080 } },
      { readiness: { tcp: '${ports.redis.main}' } },
      { readiness: { tcp: () => 8080 } },
      { readiness: { exec: 'test -e x' } },
      { readiness: { exec: ['test', '-e', 'x'] } },
      { readiness: { grpc: 'http' } },
      { readiness: { grpc: 9000 } },
      { readiness: { grpc: { port: 'http', service: 'shop' } } },
      { readiness: { log: 'ready' } },
      { readiness: { log: /ready in \d+ms/ } },
      { readiness: { file: 'run/app.sock' } },
      { readiness: { notify: true } },
      {
        liveness: {
          tcp: 'http',
          initialDelay: '1s',
          period: 500,
          timeout: '1.5s',
          failureThreshold: 5,
          grace: '2s',
        },
      },
      { postStart: 'echo started' },
      { postStart: ['echo', 'started'] },
      { postStart: () => 'echo started' },
      { preStop: { http: '/drain' } },
      { preStop: { http: () => '/drain' } },
      { preStop: { sleep: '250ms' } },
      { commands: {} },
      { commands: { migrate: 'npm run migrate', seed: ['node', 'seed.js'] } },
      { commands: { migrate: () => 'npm run migrate' } },
      {
        commands: {
          seed: { command: () => ['node', 'seed.js'], description: 'fills the database', tty: true },
        },
      },
      { restart: 'always' },
      { restart: 'on-failure' },
      { restart: 'never' },
      { restart: {} },
      {
        restart: {
          policy: 'always',
          backoff: { initial: '1s', factor: 1.5, max: '1m' },
          resetAfter: '10s',
          limit: { restarts: 5, within: '1m' },
        },
      },
      { essential: true },
      { stop: {} },
      { stop: { signal: 'SIGINT', grace: '30s', command: 'nginx -s quit' } },
      { stop: { signal: 'TERM', command: () => ['nginx', '-s', 'quit'] } },
      { autostart: false },
      { stdin: 'null' },
      { tty: true },
      { name: 'web' },
    ]),
  )('%s', (_title, fields) => {
    expect(problemsOf(inPrimary(fields), files)).toBe('no problem');
  });

  it.each([
    { dependsOn: ['primary'] },
    { dependsOn: { primary: 'started' } },
    { dependsOn: { migrate: 'completed' } },
  ])('as a sidecar, %j', (fields) => {
    expect(problemsOf(onSidecar(fields))).toBe('no problem');
  });
});

describe('a pod takes', () => {
  it.each(
    titled([
      { $schema: './node_modules/sidecarctl/config.schema.json' },
      { name: 'My Shop' },
      { env: { A: 1, B: () => null } },
      { env: () => ({ A: 'x' }) },
      { envFile: ['.env', 'more.env'] },
      {
        volumes: {
          logs: {},
          data: { persist: true },
          home: { path: '../x' },
          tmp: { persist: false, path: 'y' },
        },
      },
      { init: { migrate: { command: 'node migrate.js' } } },
      { stop: { grace: '10s', minimumGrace: 0 } },
      {
        ui: {
          keys: { restart: 'F', quit: ['Z', 'ctrl+c'] },
          theme: { accent: '#ff8800', ready: 'bright-blue' },
          confirmQuit: false,
          wrap: true,
          times: 'ago',
          layout: 'side',
          mouse: false,
          bell: true,
          notification: true,
          title: true,
        },
      },
      { ui: { theme: 'light' } },
      { ui: { theme: { base: 'auto', failed: 'red' } } },
    ]),
  )('%s', (_title, fields) => {
    expect(problemsOf({ ...fields, primary: { command: 'node server.js' } }, files)).toBe('no problem');
  });
});
