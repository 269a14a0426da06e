import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../src/model/pod-spec.ts';
import { composeEnvironment } from '../../src/runtime/launch/environment.ts';
import { problemsOf, resolveConfig } from './support.ts';

const podWith = (db: object, rest: object = {}) => ({
  sidecars: { db: { image: 'postgres:17', ...db } },
  primary: { command: 'node app.js' },
  ...rest,
});

describe('a process with an image is refused', () => {
  it.each<[title: string, config: object, message: string]>([
    [
      'with a folder of this machine',
      podWith({ cwd: '.' }),
      'sidecars.db.cwd: a process with an image cannot have it: use workingDir.',
    ],
    [
      'with a terminal',
      podWith({ tty: true }),
      'sidecars.db.tty: a process with an image cannot have it: leave it out.',
    ],
    [
      'with a notification',
      podWith({ readiness: { notify: true } }),
      'sidecars.db.readiness.notify: a process with an image cannot have it: use another probe.',
    ],
    [
      'with a file that only the container has',
      podWith({ readiness: { file: '/run/ready' } }),
      'sidecars.db.readiness.file: a process with an image cannot have it: use exec, or a path in a volume.',
    ],
    [
      'with a port that sidecarctl listens on',
      podWith({ ports: { main: { port: 'auto', activate: true } } }),
      'sidecars.db.ports.main.activate: a process with an image cannot have it: leave it out.',
    ],
    [
      'with a port for the whole network',
      podWith({ ports: { main: { port: 5432, host: '0.0.0.0' } } }),
      'sidecars.db.ports.main.host: a process with an image cannot have it: leave it out.',
    ],
    [
      'with a relative mount',
      podWith({ mounts: { data: './data' } }, { volumes: { data: {} } }),
      "sidecars.db.mounts.data: './data' is not absolute: in a container, a mount needs a path such as '/data'.",
    ],
    [
      'with two things at one path',
      podWith(
        { files: { conf: '' }, mounts: { data: ['/a', { path: '/a/' }], conf: '/a' } },
        { volumes: { data: {} } },
      ),
      "sidecars.db.mounts.data[1]: it is already mounted at '/a/', by sidecars.db.mounts.data[0].\n" +
        "sidecars.db.mounts.conf: another volume is already mounted at '/a', by sidecars.db.mounts.data[0].",
    ],
    [
      'with a mount over everything',
      podWith({ mounts: { data: '/' } }, { volumes: { data: {} } }),
      "sidecars.db.mounts.data: a mount at '/' would hide / from the process: mount elsewhere.",
    ],
    [
      'whose build has no folder',
      podWith({ build: { context: 'missing' } }),
      'sidecars.db.build.context: there is no folder <folder>/missing.',
    ],
    [
      'whose build has no file',
      podWith({ build: { context: '.' } }),
      'sidecars.db.build.dockerfile: there is no file <folder>/Dockerfile.',
    ],
    [
      'with a volume of the engine at no absolute path',
      podWith({ anonymousVolumes: ['/a', 'b'] }),
      "sidecars.db.anonymousVolumes[1]: is 'b'; expected an absolute path in the container, such as '/app/node_modules'.",
    ],
    [
      'whose build has an argument that is no text',
      podWith({ build: { context: '.', dockerfileInline: 'FROM a', args: { PORT: 1 } } }),
      'sidecars.db.build.args.PORT: is 1; expected a string.',
    ],
    [
      'with a space in the image',
      podWith({ image: 'a b' }),
      "sidecars.db.image: is 'a b'; expected the name of an image, such as 'postgres:17'.",
    ],
    [
      'with another engine',
      podWith({}, { container: { engine: 'lxc' } }),
      "container.engine: is 'lxc'; expected 'docker', 'podman' or 'nerdctl'.",
    ],
  ])('%s', (_title, config, message) => {
    expect(problemsOf(config)).toBe(message);
  });
});

describe('what says something of a container is refused without an image', () => {
  it.each([
    ['args', { args: ['a'] }],
    ['workingDir', { workingDir: '/app' }],
    ['user', { user: 'postgres' }],
    ['pull', { pull: 'never' }],
    ['build', { build: { context: '.' } }],
    ['anonymousVolumes', { anonymousVolumes: ['/a'] }],
    ['ports.main.target', { ports: { main: { port: 'auto', target: 80 } } }],
  ])('%s', (field, fields) => {
    expect(problemsOf({ primary: { command: 'x', ...fields } })).toBe(
      `primary.${field}: belongs to image, which names what a container is made from: add image, or leave it out.`,
    );
  });
});

const specOf = (config: object, name = 'db') => {
  const pod = resolveConfig(config);
  const spec = pod.ok ? pod.value.processes.get(name) : undefined;
  if (spec === undefined) throw new Error(JSON.stringify(pod));
  return spec;
};

const environmentOf = (config: object, name = 'db') => {
  const composed = composeEnvironment(specOf(config, name).launch.env);
  if (!composed.ok) throw new Error('no environment');
  return composed.env;
};

describe('a process with an image', () => {
  it('runs what the image says, unless the config says otherwise', () => {
    expect(specOf(podWith({})).launch.command).toEqual({
      kind: 'container',
      image: 'postgres:17',
      pull: 'missing',
      build: null,
      entrypoint: null,
      args: null,
      workingDir: null,
      user: null,
      anonymousVolumes: [],
      mounts: [],
    });
  });

  it('replaces entrypoint and arguments as Kubernetes does', () => {
    const { command } = specOf(podWith({ command: 'serve | tee log', args: ['-v'] })).launch;
    expect(command).toMatchObject({ entrypoint: { kind: 'shell', line: 'serve | tee log' }, args: ['-v'] });
  });

  it('listens on its target, and the others reach it on a port of this machine', () => {
    const config = {
      sidecars: {
        db: {
          image: 'postgres:17',
          ports: { main: { port: 'auto', target: 5432 } },
          args: ({ ports }: { ports: { db: { main: number } } }) => ['-p', String(ports.db.main)],
        },
      },
      primary: { command: 'node app.js', env: { URL: 'postgres://127.0.0.1:${ports.db.main}' } },
    };
    expect(specOf(config).launch.command).toMatchObject({ args: ['-p', '5432'] });
    expect(environmentOf(config)).toMatchObject({ PORT: '5432', PORT_MAIN: '5432' });
    expect(environmentOf(config, 'primary')).toMatchObject({
      URL: 'postgres://127.0.0.1:5001',
      DB_SERVICE_HOST: '127.0.0.1',
      DB_SERVICE_PORT: '5001',
    });
    expect(specOf(config).readiness?.target).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 5001 });
  });

  it('gets addresses that reach this machine from within, wherever they stand', () => {
    const config = podWith(
      {
        env: { URL: 'http://127.0.0.1:${ports.primary.http}/x', OWN: 'http://127.0.0.1:9' },
        args: ['--to', 'localhost:${ports.primary.http}'],
        files: { conf: 'to 127.0.0.1:${ports.primary.http};' },
      },
      { primary: { command: 'node app.js', ports: { http: 3000 } } },
    );
    expect(environmentOf(config)).toMatchObject({
      URL: 'http://host.docker.internal:3000/x',
      OWN: 'http://127.0.0.1:9',
      PRIMARY_SERVICE_HOST: 'host.docker.internal',
      PRIMARY_SERVICE_PORT: '3000',
    });
    expect(specOf(config)).toMatchObject({
      launch: { command: { args: ['--to', 'host.docker.internal:3000'] } },
      files: [{ content: 'to host.docker.internal:3000;' }],
    });
  });

  it('gets addresses that others provide in the same way', () => {
    const config = podWith(
      {},
      {
        primary: {
          command: 'node app.js',
          ports: { http: 3000 },
          provides: { env: { APP_URL: 'http://127.0.0.1:${ports.primary.http}' }, to: ['db'] },
        },
      },
    );
    expect(environmentOf(config)['APP_URL']).toBe('http://host.docker.internal:3000');
  });

  it('has nothing of the inherited environment', () => {
    expect(environmentOf(podWith({}))['HOME']).toBeUndefined();
    expect(environmentOf(podWith({}), 'primary')['HOME']).toBe('/home/ann');
  });

  it('sees every volume at its path on this machine, and where it mounts one', () => {
    const { launch, mounts, isolation } = specOf(
      podWith(
        { mounts: { data: '/var/lib/data' }, files: { conf: '' } },
        { volumes: { data: {}, logs: {} } },
      ),
    );
    expect(launch.command).toMatchObject({
      mounts: [
        { source: '/volumes/data', path: '/volumes/data' },
        { source: '/volumes/logs', path: '/volumes/logs' },
        { source: '/files/db', path: '/files/db' },
        { source: '/volumes/data', path: '/var/lib/data' },
      ],
    });
    expect([mounts, isolation]).toEqual([[], null]);
  });

  it('has a folder outside of the config only where a container mounts it', () => {
    const mounted = specOf(
      podWith({ mounts: { run: '/host/run' } }, { volumes: { run: { path: '/run' }, own: { path: 'own' } } }),
    );
    const { mounts } = mounted.launch.command as ContainerSpec;
    expect(mounts.map(({ path }) => path)).toEqual([expect.stringMatching(/own$/), '/host/run']);
    const named = specOf(podWith({}, { volumes: { run: { path: '/run' } } }));
    expect((named.launch.command as ContainerSpec).mounts).toMatchObject([{ path: '/run' }]);
  });

  it('sees parts of volumes and its own files where it mounts them', () => {
    const { launch } = specOf(
      podWith(
        {
          mounts: {
            data: [
              '/a',
              { path: '/b/', subPath: './old//logs/', readOnly: true },
              { path: '/c', subPath: '.' },
            ],
            conf: { path: '/etc/db.conf', readOnly: true },
          },
          files: { conf: 'x' },
        },
        { volumes: { data: {} } },
      ),
    );
    const { mounts } = launch.command as ContainerSpec;
    const data = { name: 'data', kind: 'folder', source: '/volumes/data', subPath: '', readOnly: false };
    expect(mounts.slice(2)).toEqual([
      { ...data, path: '/a' },
      { ...data, path: '/b', subPath: 'old/logs', readOnly: true },
      { ...data, path: '/c' },
      {
        ...{ name: 'conf', kind: 'file', source: '/files/db/conf', subPath: '' },
        ...{ path: '/etc/db.conf', readOnly: true },
      },
    ]);
  });

  it('can read its secret files whatever user it runs as', () => {
    const files = {
      open: '',
      key: { content: '', secret: true },
      own: { content: '', secret: true, mode: '0400' },
    };
    const { files: written } = specOf(podWith({ files }));
    expect(written.map(({ mode }) => mode.toString(8))).toEqual(['644', '644', '400']);
  });

  it('looks for the file of a probe behind the innermost mount', () => {
    const { readiness } = specOf(
      podWith(
        {
          mounts: { data: ['/a', { path: '/a/b', subPath: 'c' }] },
          readiness: { file: '/a/b/ready' },
        },
        { volumes: { data: {} } },
      ),
    );
    expect(readiness?.target).toEqual({ kind: 'file', path: '/volumes/data/c/ready' });
  });

  it('gets more arguments from the command line', () => {
    const config = { primary: { image: 'app', args: ['serve'] } };
    const pod = resolveConfig(config, { primaryArgs: ['-v'] });
    const spec = pod.ok ? pod.value.processes.get('primary') : undefined;
    expect(spec?.launch.command).toMatchObject({ args: ['serve', '-v'] });
  });
});
