import { expect, test } from 'vitest';
import type { Fields, FoundPod, FoundProcess } from '../../../src/exchange/form/found-pod.ts';
import { wordBriefly } from '../../../src/exchange/form/losses.ts';
import { Template } from '../../../src/exchange/form/template.ts';
import { thisMachine } from '../../../src/exchange/reading/machine.ts';
import type { LocalMachine } from '../../../src/exchange/running/local-mounts.ts';
import { withLocal } from '../../../src/exchange/running/with-local.ts';

const container = (name: string, fields: Fields, more: Partial<FoundProcess> = {}): FoundProcess => ({
  ...{ name, fields, comments: [], dependsOn: [], runsOnce: false, ...more },
  container: { because: 'it has an image' },
});

const pod = (...processes: readonly FoundProcess[]): FoundPod => ({
  ...{ source: 'pod.yaml', fields: {}, processes, apps: [], losses: [], remarks: [] },
});

/** A machine that has these folders and files, and no others. */
const machine = {
  ...thisMachine,
  isFolder: (path: string) => ['/srv', '/data', '/project', '/work', '/etc/app.yaml'].includes(path),
  isFile: (path: string) => ['/etc/app.conf', '/srv/part', '/var/lib/app'].includes(path),
};

const ON_LINUX: LocalMachine = { machine, canMount: true, folder: '/project', cwd: '/work' };

const local = (found: FoundPod, locals: Readonly<Record<string, string>>) =>
  withLocal(found, new Map(Object.entries(locals)), ON_LINUX);

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
        PORT: null,
      },
      envFile: '.env',
      files: {
        conf: { content: 'to host.docker.internal\n', mode: '0600' },
        key: { content: 'k', mode: '0400', secret: true },
      },
      mounts: { data: '/data' },
      readiness: { exec: ['ask', 'host.docker.internal'], period: '1s' },
      preStop: 'bye',
      restart: 'always',
    },
    { dependsOn: [{ process: 'db' }] },
  );
  const found = { ...pod(app, container('db', { image: 'db' })), fields: { volumes: { data: {} } } };
  const changed = local(found, { app: 'npm start # ${x}' });
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
      files: { conf: { content: 'to 127.0.0.1\n', mode: '0600' }, key: { content: 'k', secret: true } },
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

const MOUNTED = container('app', {
  image: 'app',
  env: {
    DIR: '/var/lib/app/',
    FILE: 'see /var/lib/app/a:/etc/app.yaml',
    OTHER: '/var/lib/apps /x/var/lib/app',
    URL: 'http://a/var',
  },
  files: { conf: 'dir /cache/x\n', yaml: 'a' },
  mounts: {
    data: ['/data', '/var/lib/app', { path: '/cache', subPath: 'c' }],
    code: '/project',
    conf: { path: '/etc/app.conf', readOnly: true },
    yaml: '/etc/app.yaml',
  },
  readiness: { http: '/cache' },
  liveness: { exec: ['test', '-e', '/cache/ok'], period: '1s' },
  preStop: 'rm /cache/ok',
});
const WITH_VOLUMES: FoundPod = { ...pod(MOUNTED), fields: { volumes: { data: {}, code: { path: '.' } } } };

const data = { kind: 'volume', name: 'data' } as const;
const REWRITTEN = {
  env: {
    DIR: new Template(['', data, '/']),
    FILE: new Template(['see ', data, '/a:', { kind: 'file', name: 'yaml' }, '']),
    OTHER: '/var/lib/apps /x/var/lib/app',
    URL: 'http://a/var',
  },
  files: { conf: new Template(['dir ', data, '/c', '/x\n']), yaml: 'a' },
  readiness: { http: '/cache' },
  liveness: { exec: ['test', '-e', new Template(['', data, '/c', '/ok'])], period: '1s' },
  preStop: new Template(['rm ', data, '/c', '/ok']),
};

test('what can be mounted is, and texts name the place of what something else stands in the way of', () => {
  const changed = local(WITH_VOLUMES, { app: 'x' });
  expect(changed.ok && changed.pod.processes[0]?.fields).toMatchObject({
    env: REWRITTEN.env,
    files: MOUNTED.fields['files'],
    preStop: 'rm /cache/ok',
    mounts: {
      data: ['/data', { path: '/cache', subPath: 'c' }],
      conf: { path: '/etc/app.conf', readOnly: true },
    },
  });
  expect(changed.ok && wordBriefly(changed.pod.losses)).toEqual([
    expect.stringMatching(
      /^app: \/var\/lib\/app, \/etc\/app\.yaml: what stands there on this machine is in the way, /,
    ),
  ]);
});

test('a volume is not mounted over the folder that the process runs in', () => {
  const over = container('app', { image: 'app', env: { DIR: '/work' }, mounts: { data: '/work' } });
  const changed = local({ ...pod(over), fields: { volumes: { data: {} } } }, { app: 'x' });
  expect(changed.ok && changed.pod.processes[0]?.fields['mounts']).toBeUndefined();
  expect(changed.ok && changed.pod.processes[0]?.fields['env']).toEqual({
    DIR: new Template(['', data, '']),
  });
});

test('without mounts of its own, a process has only texts that name the places', () => {
  const changed = withLocal(WITH_VOLUMES, new Map([['app', 'x']]), { ...ON_LINUX, canMount: false });
  expect(changed.ok && changed.pod.processes[0]?.fields['mounts']).toBeUndefined();
  expect(changed.ok && changed.pod.processes[0]?.fields).toMatchObject(REWRITTEN);
  expect(changed.ok && wordBriefly(changed.pod.losses)).toEqual([
    expect.stringMatching(
      /^app: \/data, \/var\/lib\/app, \/cache, .*: only Linux mounts it there for one process, so /,
    ),
  ]);
});
