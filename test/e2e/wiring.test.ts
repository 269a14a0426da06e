import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PodRig, stop } from '../support/pod-rig.ts';
import type { Run } from '../support/run.ts';

interface Ports {
  readonly [process: string]: { readonly [port: string]: number };
}
interface Wiring {
  readonly ports: Ports;
  readonly volumes: Record<string, string>;
  readonly env: Record<string, string>;
}

/** Ports that nobody needs to listen on. */
const UNUSED = { readiness: false };

const portsOf = async (run: Run, name: string): Promise<Record<string, number>> =>
  (await run.state(name, 'ready'))['ports'] as Record<string, number>;

const commandOf = (fields: object): string[] => (fields as { command: string[] }).command;

const volumesAndRuns = (rig: PodRig): string[] =>
  readdirSync(rig.project.path('.sidecarctl'), { recursive: true })
    .map(String)
    .filter((path) => path.includes('volumes') || path.startsWith('runs/'));

describe('ports', () => {
  test('are told to their process as PORT and PORT_<NAME>, to the others as service variables', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { 'my-db': steered('db', { ports: { main: 'auto', 'admin-ui': 'auto' }, ...UNUSED }) },
      primary: steered('app', { ports: { http: 'auto' }, ...UNUSED }),
    }));
    const run = rig.here();
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    const [ofDb, ofApp] = [await portsOf(run, 'my-db'), await portsOf(run, 'primary')];
    expect(new Set([...Object.values(ofDb), ...Object.values(ofApp)]).size).toBe(3);
    expect(db.env).toMatchObject({
      PORT: `${ofDb['main']}`,
      PORT_MAIN: `${ofDb['main']}`,
      PORT_ADMIN_UI: `${ofDb['admin-ui']}`,
      PRIMARY_SERVICE_HOST: '127.0.0.1',
      PRIMARY_SERVICE_PORT: `${ofApp['http']}`,
      PRIMARY_SERVICE_PORT_HTTP: `${ofApp['http']}`,
    });
    expect(app.env).toMatchObject({
      PORT: `${ofApp['http']}`,
      PORT_HTTP: `${ofApp['http']}`,
      MY_DB_SERVICE_HOST: '127.0.0.1',
      MY_DB_SERVICE_PORT: `${ofDb['main']}`,
      MY_DB_SERVICE_PORT_MAIN: `${ofDb['main']}`,
      MY_DB_SERVICE_PORT_ADMIN_UI: `${ofDb['admin-ui']}`,
    });
    expect(Object.keys(app.env).filter((name) => name.startsWith('PRIMARY_SERVICE'))).toEqual([]);
    await db.listen(Number(db.env['PORT']));
  });

  test("that are 'auto' are the same on the next run, and others when they are taken by then", async () => {
    const config = {
      primary: { command: 'exec sleep 300', ports: { http: 'auto', admin: 'auto' }, ...UNUSED },
    };
    await using rig = await PodRig.open(config);
    const run = async () => {
      const run = rig.up();
      const ports = await portsOf(run, 'primary');
      await stop(run);
      return ports;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    const holder = createServer().listen(first['http'], '127.0.0.1');
    await once(holder, 'listening');
    const third = await run();
    holder.close();
    expect(third['http']).not.toBe(first['http']);
    expect(third['admin']).toBe(first['admin']);
  });
});

describe('the environment', () => {
  const FILES = {
    'pod.env':
      'B=pod-file\nC=pod-file\nPORT_D=pod-file\nPORT_E=pod-file\nPORT_F=pod-file\nREMOVED_BY_POD=pod-file\n',
    'own.env': 'C=own-file\nPORT_D=own-file\nPORT_E=own-file\nPORT_F=own-file\nREMOVED_BY_OWN=own-file\n',
  };
  const INHERITED = {
    A: 'inherited',
    B: 'inherited',
    C: 'inherited',
    PORT_D: 'inherited',
    GONE: 'inherited',
  };

  test('has six layers, each of which wins over those below it, and null removes', async () => {
    await using rig = await PodRig.open(
      (steered) => ({
        envFile: 'pod.env',
        env: { PORT_E: 'pod', PORT_F: 'pod', REMOVED_BY_POD: null, GIVEN_BACK: null, PORT_G: null },
        primary: steered('app', {
          ports: { d: 'auto', e: 'auto', f: 'auto', g: 'auto' },
          ...UNUSED,
          envFile: 'own.env',
          env: { PORT_F: 'own', REMOVED_BY_OWN: null, GONE: null, GIVEN_BACK: 'own', NUMBER: 5, TRUTH: true },
        }),
      }),
      FILES,
    );
    const run = rig.run(['up', '--ui', 'json'], { env: { ...INHERITED, GIVEN_BACK: 'inherited' } });
    const { env } = await rig.child('app');
    const { d } = await portsOf(run, 'primary');
    expect(env).toMatchObject({
      A: 'inherited',
      B: 'pod-file',
      C: 'own-file',
      PORT_D: `${d}`,
      PORT_E: 'pod',
      PORT_F: 'own',
    });
    expect(env).toMatchObject({ GIVEN_BACK: 'own', NUMBER: '5', TRUTH: 'true' });
    for (const removed of ['REMOVED_BY_POD', 'REMOVED_BY_OWN', 'GONE', 'PORT_G'])
      expect(env).not.toHaveProperty(removed);
  });

  test('warns once of a file that would have changed an injected variable, however often the process starts', async () => {
    await using rig = await PodRig.open(
      (steered) => ({
        sidecars: {
          db: steered('db', {
            ports: { main: 'auto' },
            ...UNUSED,
            envFile: 'db.env',
            restart: { resetAfter: 1 },
          }),
        },
        primary: steered('app'),
      }),
      { 'db.env': 'PORT=1\nOTHER=2\n' },
    );
    const run = rig.here();
    for (let runs = 0; runs < 2; runs++) await (await rig.child('db')).exit(1);
    await rig.child('db');
    const notices = run.events.filter((event) => event.type === 'notice');
    expect(notices).toEqual([expect.objectContaining({ message: expect.stringMatching(/PORT\b.*db\.env/) })]);
    await stop(run);
  });

  test('takes the files as they are when the process is started again', async () => {
    await using rig = await PodRig.open(
      (steered) => ({ sidecars: { db: steered('db', { envFile: 'db.env' }) }, primary: steered('app') }),
      { 'db.env': 'LEVEL=one\n' },
    );
    rig.here();
    const first = await rig.child('db');
    await rig.project.write('db.env', 'LEVEL=two\nNEW=here\n');
    await first.exit(1);
    const second = await rig.child('db');
    expect(first.env['LEVEL']).toBe('one');
    expect(second.env).toMatchObject({ LEVEL: 'two', NEW: 'here' });
  });

  test('does without a file that is not required and not there', async () => {
    const envFile = [{ path: 'no.env', required: false }, 'some.env'];
    await using rig = await PodRig.open((steered) => ({ envFile, primary: steered('app') }), {
      'some.env': 'X=1',
    });
    rig.here();
    expect((await rig.child('app')).env).toHaveProperty('X', '1');
  });
});

describe('references', () => {
  test('are filled in wherever a value reaches a process, as strings and as functions', async () => {
    await using rig = await PodRig.open((steered) => ({
      volumes: { data: {} },
      env: { HOME_OF: '${env.OUTSIDE}', LITERAL: '$${ports.app.http}' },
      sidecars: {
        db: steered('db', {
          ports: { main: 'auto' },
          ...UNUSED,
          env: ({ volumes }: Wiring) => ({ DIR: volumes['data'] }),
        }),
      },
      primary: steered('app', {
        command: [...commandOf(steered('app')), '--db=${ports.db.main}', '--data=${volumes.data}'],
        name: 'app',
        ports: { http: 'auto' },
        ...UNUSED,
        env: {
          URL: 'db://127.0.0.1:${ports.db.main}/x',
          from_function: ({ ports }: Wiring) => `${ports['db']?.['main']}-${ports['app']?.['http']}`,
        },
      }),
    }));
    const run = rig.run(['up', '--ui', 'json'], { env: { OUTSIDE: 'from outside' } });
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    const [{ main }, { http }] = [await portsOf(run, 'db'), await portsOf(run, 'app')];
    expect(app.args).toEqual([`--db=${main}`, `--data=${app.env['VOLUME_DATA']}`]);
    expect(app.env).toMatchObject({
      URL: `db://127.0.0.1:${main}/x`,
      from_function: `${main}-${http}`,
      HOME_OF: 'from outside',
      LITERAL: '${ports.app.http}',
    });
    expect(db.env['DIR']).toBe(app.env['VOLUME_DATA']);
  });

  test("stand beside the shell's own in a command that the shell runs", async () => {
    await using rig = await PodRig.open({
      env: { GREETING: 'hello' },
      primary: {
        command: 'echo "$GREETING ${GREETING} ${ports.primary.http} $PORT" > said',
        ports: { http: 'auto' },
        ...UNUSED,
      },
    });
    expect(await rig.here().exitCode()).toBe(0);
    expect(await rig.fileText('said')).toMatch(/^hello hello (\d+) \1\n$/);
  });

  test('are there for a command that is a function, and for hooks and probes', async () => {
    await using rig = await PodRig.open({
      sidecars: {
        db: {
          command: ({ ports }: Wiring) => ['sh', '-c', `echo ${ports['db']?.['main']} > db; exec sleep 300`],
          ports: { main: 'auto' },
          readiness: { exec: 'test -s db && echo ${ports.db.main} > probe' },
          preStop: 'echo ${ports.db.main} > hook',
        },
      },
      primary: { command: 'cat db probe' },
    });
    const run = rig.here();
    const { main } = await portsOf(run, 'db');
    expect(await run.exitCode()).toBe(0);
    for (const file of ['db', 'probe', 'hook']) expect(await rig.fileText(file)).toBe(`${main}\n`);
  });
});

describe('the working directory', () => {
  test("is the config's folder, wherever the tool was started, and relative paths are relative to it", async () => {
    await using rig = await PodRig.open(
      {
        sidecars: { db: { command: 'pwd -P > where; exec sleep 300', cwd: 'services/db' } },
        primary: { command: 'until [ -s services/db/where ]; do sleep 0.02; done; pwd -P > where' },
      },
      { 'services/db/.keep': '', 'deep/down/.keep': '' },
    );
    const run = rig.run(['up', '--ui', 'json'], { cwd: rig.project.path('deep/down') });
    expect(await run.exitCode()).toBe(0);
    expect(await rig.fileText('where')).toBe(`${rig.project.folder}\n`);
    expect(await rig.fileText('services/db/where')).toBe(`${rig.project.path('services/db')}\n`);
  });
});

describe('a volume', () => {
  const config = (steered: (name: string, fields?: object) => object) => ({
    volumes: { data: {}, 'my-logs': {} },
    sidecars: { db: steered('db') },
    primary: steered('app', { mounts: { data: './var/data' } }),
  });

  test('is empty at the start, the same for all, survives a restart, and is gone at the end', async () => {
    await using rig = await PodRig.open(config);
    const run = rig.here();
    const [db, app] = await Promise.all([rig.child('db'), rig.child('app')]);
    const data = app.env['VOLUME_DATA'] ?? '';
    expect(readdirSync(data)).toEqual([]);
    expect(db.env['VOLUME_DATA']).toBe(data);
    expect(db.env['VOLUME_MY_LOGS']).not.toBe(data);
    expect(volumesAndRuns(rig)).not.toEqual([]);
    writeFileSync(join(data, 'file'), 'kept');
    await db.exit(1);
    const again = await rig.child('db');
    expect(readFileSync(join(again.env['VOLUME_DATA'] ?? '', 'file'), 'utf8')).toBe('kept');
    await stop(run);
    expect(existsSync(data)).toBe(false);
    expect(volumesAndRuns(rig)).toEqual([]);

    rig.here();
    expect(readdirSync((await rig.child('app')).env['VOLUME_DATA'] ?? '')).toEqual([]);
  });

  test('appears where it is mounted, and goes from there', async () => {
    await using rig = await PodRig.open(config);
    const run = rig.here();
    const app = await rig.child('app');
    const mount = rig.project.path('var/data');
    expect(lstatSync(mount).isSymbolicLink()).toBe(true);
    expect(realpathSync(mount)).toBe(realpathSync(app.env['VOLUME_DATA'] ?? ''));
    await stop(run);
    expect(lstatSync(mount, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('appears in parts, and so do files, at several places, and all of them go', async () => {
    await using rig = await PodRig.open((steered) => ({
      volumes: { data: {} },
      primary: steered('app', {
        mounts: {
          data: ['var/all', { path: 'var/part', subPath: 'a/b' }],
          conf: ['etc/app.conf', 'etc/copy'],
        },
        files: { conf: 'a config' },
      }),
    }));
    const run = rig.here();
    const app = await rig.child('app');
    writeFileSync(rig.project.path('var/part/file'), 'x');
    expect(readFileSync(join(app.env['VOLUME_DATA'] ?? '', 'a/b/file'), 'utf8')).toBe('x');
    expect(readFileSync(rig.project.path('var/all/a/b/file'), 'utf8')).toBe('x');
    expect(['etc/app.conf', 'etc/copy'].map((path) => readFileSync(rig.project.path(path), 'utf8'))).toEqual([
      'a config',
      'a config',
    ]);
    await stop(run);
    expect(['var', 'etc'].filter((path) => existsSync(rig.project.path(path)))).toEqual([]);
  });

  test('with a part that a symlink leads out of it is not mounted: the process fails, and says why', async () => {
    await using rig = await PodRig.open(() => ({
      volumes: { data: {} },
      init: { lead: { command: 'ln -s / "$VOLUME_DATA/out"' } },
      primary: { command: 'true', mounts: { data: { path: 'var/etc', subPath: 'out/etc' } } },
    }));
    const run = rig.here();
    expect(await run.exitCode()).toBe(126);
    const { reason } = await run.state('primary', 'failed');
    expect(reason).toMatch(/data\/out\/etc leads out of the volume data, to \/(etc)?; remove the symlink/);
  });

  test('is not mounted over what the user has there: the pod does not start, and nothing is lost', async () => {
    await using rig = await PodRig.open(config, { 'var/data/precious': 'mine' });
    const run = rig.here();
    expect(await run.exitCode()).toBe(1);
    expect(run.stderr).toContain('var/data');
    expect(rig.steering.all).toEqual([]);
    expect(readFileSync(rig.project.path('var/data/precious'), 'utf8')).toBe('mine');
  });

  test('of a supervisor that was killed is removed by the next run, its mounts as well', async () => {
    await using rig = await PodRig.open(config);
    const crashed = rig.up();
    const app = await rig.child('app');
    const data = app.env['VOLUME_DATA'] ?? '';
    writeFileSync(join(data, 'file'), 'left behind');
    await rig.crash(crashed);
    expect(existsSync(data)).toBe(true);

    await rig.configure({
      volumes: { data: {} },
      primary: { command: 'ls "$VOLUME_DATA" > listing; echo . >> listing' },
    });
    expect(await rig.up().exitCode()).toBe(0);
    expect(await rig.fileText('listing')).toBe('.\n');
    expect(existsSync(data)).toBe(false);
    expect(lstatSync(rig.project.path('var/data'), { throwIfNoEntry: false })).toBeUndefined();
    expect(volumesAndRuns(rig)).toEqual([]);
  });

  test('of a pod that still runs is left alone by the next run', async () => {
    await using rig = await PodRig.open(config);
    const running = rig.up();
    const app = await rig.child('app');
    writeFileSync(join(app.env['VOLUME_DATA'] ?? '', 'file'), 'in use');
    await rig.project.write(
      'other.config.json',
      JSON.stringify({ volumes: { data: {} }, primary: { command: 'true' } }),
    );
    expect(await rig.up('--config', 'other.config.json').exitCode()).toBe(0);
    expect(readFileSync(rig.project.path('var/data/file'), 'utf8')).toBe('in use');
    await stop(running);
  });

  test('that persists, and one that is a path, keep what is in them', async () => {
    await using rig = await PodRig.open(
      {
        volumes: { kept: { persist: true }, mine: { path: 'mine' } },
        primary: { command: 'echo run >> "$VOLUME_KEPT/runs"; echo run >> "$VOLUME_MINE/runs"' },
      },
      { 'mine/before': 'here' },
    );
    for (let runs = 0; runs < 2; runs++) expect(await rig.here().exitCode()).toBe(0);
    expect(await rig.fileText('.sidecarctl/volumes/kept/runs')).toBe('run\nrun\n');
    expect(await rig.fileText('mine/runs')).toBe('run\nrun\n');
    expect(await rig.fileText('mine/before')).toBe('here');
    expect(await rig.fileText('.sidecarctl/.gitignore')).toBe('*\n');
  });

  test('is removed without following the symlinks in it', async () => {
    await using rig = await PodRig.open(config, { 'outside/precious': 'mine', precious: 'mine too' });
    const run = rig.here();
    const data = (await rig.child('app')).env['VOLUME_DATA'] ?? '';
    mkdirSync(join(data, 'deep'));
    symlinkSync(rig.project.path('outside'), join(data, 'deep', 'folder'));
    symlinkSync(rig.project.path('precious'), join(data, 'file'));
    await stop(run);
    expect(existsSync(data)).toBe(false);
    expect(await rig.fileText('outside/precious')).toBe('mine');
    expect(await rig.fileText('precious')).toBe('mine too');
  });
});
