import { expect, test } from 'vitest';
import type { Fields, FoundPod, FoundProcess } from '../../../src/exchange/form/found-pod.ts';
import { Template } from '../../../src/exchange/form/template.ts';
import { withLocal } from '../../../src/exchange/running/with-local.ts';

const container = (name: string, fields: Fields, more: Partial<FoundProcess> = {}): FoundProcess => ({
  ...{ name, fields, comments: [], dependsOn: [], runsOnce: false, ...more },
  container: { because: 'it has an image' },
});

const pod = (...processes: readonly FoundProcess[]): FoundPod => ({
  ...{ source: 'pod.yaml', fields: {}, processes, apps: [], losses: [], remarks: [] },
});

const local = (found: FoundPod, locals: Readonly<Record<string, string>>) =>
  withLocal(found, new Map(Object.entries(locals)), '/work');

const fieldsOf = (found: FoundPod, locals: Readonly<Record<string, string>>): readonly Fields[] => {
  const changed = local(found, locals);
  return changed.ok ? changed.pod.processes.map(({ fields }) => fields) : [];
};

test('a command takes the place of the program in a container, and all that is around it stays', () => {
  const port = { kind: 'port', process: 'db', port: 'main' } as const;
  const app = container(
    'app',
    {
      ...{
        image: 'app:1',
        build: { context: '.' },
        pull: 'always',
        user: '1000',
        workingDir: '/srv',
        instances: 3,
      },
      ...{ command: ['/app'], args: ['--fast'], tty: true },
      env: {
        DB_HOST: 'host.docker.internal',
        URL: new Template(['postgres://host.docker.internal:', port, '/a?h=host.docker.internal']),
        OTHER: 'host.docker.internal.example my-host.docker.internal',
        COUNT: 1,
      },
      envFile: '.env',
      files: { conf: { content: 'to host.docker.internal\n', mode: '0600' } },
      mounts: { data: '/data' },
      readiness: { exec: ['ask', 'host.docker.internal'], period: '1s' },
      preStop: 'bye',
      restart: 'always',
    },
    { dependsOn: [{ process: 'db' }] },
  );
  const changed = local(pod(app, container('db', { image: 'db' })), { app: 'npm start # ${x}' });
  expect(changed).toMatchObject({ ok: true });
  expect(changed.ok && changed.pod.processes[0]).toEqual({
    ...app,
    container: undefined,
    fields: {
      command: 'npm start # ${x}',
      cwd: '/work',
      env: {
        DB_HOST: '127.0.0.1',
        URL: new Template(['postgres://127.0.0.1:', port, '/a?h=127.0.0.1']),
        OTHER: 'host.docker.internal.example my-host.docker.internal',
        COUNT: 1,
      },
      envFile: '.env',
      files: { conf: { content: 'to 127.0.0.1\n', mode: '0600' } },
      mounts: { data: '/data' },
      readiness: { exec: ['ask', '127.0.0.1'], period: '1s' },
      preStop: 'bye',
      restart: 'always',
      ports: undefined,
    },
  });
});

test('a process listens where its container would, and a container with that number is published elsewhere', () => {
  const web = container('web', {
    image: 'web',
    ports: {
      http: { port: 'auto', target: 8080 },
      metrics: 9090,
      dns: { port: 'auto', target: 53, protocol: 'udp' },
    },
  });
  const others = [
    container('a', { image: 'a', ports: { http: 8080, tls: { port: 9090, target: 443 }, any: 'auto' } }),
    container('b', { image: 'b', ports: { dns: { port: 9090, protocol: 'udp' } } }),
  ];
  expect(fieldsOf(pod(web, ...others), { web: 'node web.js' }).map(({ ports }) => ports)).toEqual([
    { http: 8080, metrics: 9090, dns: { port: 53, protocol: 'udp' } },
    { http: { port: 'auto', target: 8080 }, tls: { port: 'auto', target: 443 }, any: 'auto' },
    { dns: { port: 9090, protocol: 'udp' } },
  ]);
});

test('a container is named as in its file, as its process is, or by the name that only it has', () => {
  const found = pod(
    container('Web_App', { image: 'a' }),
    container('api', { image: 'b' }, { containerName: 'server' }),
    container('api-proxy', { image: 'c' }, { containerName: 'proxy' }),
    container('jobs-proxy', { image: 'd' }, { containerName: 'proxy' }),
  );
  const commandsOf = (name: string): readonly unknown[] =>
    fieldsOf(found, { [name]: 'x' }).map(({ command }) => command);
  expect(commandsOf('Web_App')).toEqual(['x', undefined, undefined, undefined]);
  expect(commandsOf('web-app')).toEqual(['x', undefined, undefined, undefined]);
  expect(commandsOf('server')).toEqual([undefined, 'x', undefined, undefined]);
  expect(local(found, { proxy: 'x', apy: 'x', api: 'y' })).toEqual({
    ok: false,
    problems: [
      { kind: 'ambiguous-local', found: 'proxy', names: ['api-proxy', 'jobs-proxy'] },
      {
        ...{ kind: 'unknown-local', found: 'apy', nearest: 'api' },
        known: ['Web_App', 'api', 'api-proxy', 'jobs-proxy'],
      },
    ],
  });
});
