import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MountSpec, PodSpec, ProcessSpec } from '../../../src/model/pod-spec.ts';
import { storageFailureText } from '../../../src/report/storage-failures.ts';
import { recordRun } from '../../../src/runtime/state/state-folder.ts';
import {
  createMounts,
  findMountObstacles,
  type MadeMounts,
  mountsOf,
  removeMounts,
} from '../../../src/runtime/volumes/mounts.ts';
import { mountOf } from '../../support/mount-spec.ts';
import { deadPid, openState, preciousDirectory, temporaryFolder, writeRun } from './support.ts';

/** A recorded run with a volume, and a place to mount it that does not exist yet. */
const startRun = async () => {
  const state = await openState();
  const target = join(state.path, 'runs', 'one', 'volumes', 'logs');
  const path = join(state.configFolder, 'var', 'log');
  recordRun(state, { runId: 'one', name: 'shop', mounts: [{ path, target }] });
  mkdirSync(target, { recursive: true });
  return { state, target, path, mounts: [{ path, target }] };
};

const made = (outcome: ReturnType<typeof createMounts>): MadeMounts => {
  if (!outcome.ok) throw new Error(outcome.failures.map(storageFailureText).join('\n'));
  return outcome.made;
};

test('a mount shows the volume, and goes with the folders made for it', async () => {
  const { state, mounts, path, target } = await startRun();
  const outcome = made(createMounts(mounts, state));
  writeFileSync(join(target, 'today.log'), 'hello');
  expect(readFileSync(join(path, 'today.log'), 'utf8')).toBe('hello');
  expect(outcome.folders).toEqual([dirname(path)]);
  expect(removeMounts(outcome)).toEqual([]);
  expect(existsSync(dirname(path))).toBe(false);
  expect(readdirSync(target)).toEqual(['today.log']);
  expect(removeMounts(outcome)).toEqual([]);
});

test('folders made on the way are removed innermost first, those that were there stay', async () => {
  const { state, target } = await startRun();
  const base = temporaryFolder();
  const mounts = ['a/b/c/logs', 'a/b/other', 'top'].map((path) => ({ path: join(base, path), target }));
  const outcome = made(createMounts(mounts, state));
  expect(outcome.folders).toEqual([join(base, 'a'), join(base, 'a/b'), join(base, 'a/b/c')]);
  removeMounts(outcome);
  expect(readdirSync(base)).toEqual([]);
});

test('a folder made on the way stays when somebody put something in it', async () => {
  const { state, mounts, path } = await startRun();
  const outcome = made(createMounts(mounts, state));
  writeFileSync(join(dirname(path), 'notes.txt'), '');
  expect(removeMounts(outcome)).toEqual([]);
  expect(readdirSync(dirname(path))).toEqual(['notes.txt']);
});

test('making mounts again is fine', async () => {
  const { state, mounts, path, target } = await startRun();
  made(createMounts(mounts, state));
  removeMounts(made(createMounts(mounts, state)));
  expect(existsSync(path)).toBe(false);
  expect(existsSync(target)).toBe(true);
});

test('a mount that the run itself has made is replaced by one of another part, and only that goes at the end', async () => {
  const { state, mounts, path, target } = await startRun();
  const first = made(createMounts(mounts, state));
  const other = { path, target: join(target, 'part') };
  expect(createMounts([other], state).ok).toBe(false);
  const second = made(createMounts([other], state, first.links));
  expect(readlinkSync(path)).toBe(other.target);
  expect(removeMounts({ links: [...first.links, ...second.links], folders: first.folders })).toEqual([]);
  expect(existsSync(dirname(path))).toBe(false);
});

describe('when something is in the place of a mount,', () => {
  test('a file of the user stays, and is named by the failure', async () => {
    const { state, mounts, path } = await startRun();
    mkdirSync(dirname(path));
    writeFileSync(path, 'mine');
    const outcome = createMounts(mounts, state);
    expect(outcome).toMatchObject({
      ok: false,
      failures: [{ kind: 'mount-blocked', path, found: 'a file', what: 'volume' }],
    });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('a directory of the user stays, even an empty one', async () => {
    const { state, mounts, path } = await startRun();
    mkdirSync(path, { recursive: true });
    expect(createMounts(mounts, state)).toMatchObject({ ok: false, failures: [{ found: 'a directory' }] });
    expect(lstatSync(path).isDirectory()).toBe(true);
  });

  test('a symlink of the user stays, even a broken one', async () => {
    const { state, mounts, path } = await startRun();
    const elsewhere = join(temporaryFolder(), 'missing');
    mkdirSync(dirname(path));
    symlinkSync(elsewhere, path);
    const failures = [{ kind: 'mount-blocked', found: `a symlink to ${elsewhere}` }];
    expect(createMounts(mounts, state)).toMatchObject({ ok: false, failures });
    expect(readlinkSync(path)).toBe(elsewhere);
  });

  test('a file where a folder is needed is a failure', async () => {
    const { state, mounts, path } = await startRun();
    writeFileSync(dirname(path), 'mine');
    expect(createMounts(mounts, state)).toMatchObject({
      ok: false,
      failures: [{ kind: 'mount-not-created' }],
    });
    expect(readFileSync(dirname(path), 'utf8')).toBe('mine');
  });

  test('the mount of a dead run is replaced', async () => {
    const { state, mounts, path, target } = await startRun();
    const dead = writeRun(state, 'dead', { pid: await deadPid() });
    mkdirSync(dirname(path));
    symlinkSync(join(dead, 'volumes', 'logs'), path);
    made(createMounts(mounts, state));
    expect(readlinkSync(path)).toBe(target);
  });

  test('the mount of a run of which nothing is left is replaced', async () => {
    const { state, mounts, path, target } = await startRun();
    mkdirSync(dirname(path));
    symlinkSync(join(state.path, 'runs', 'gone', 'volumes', 'logs'), path);
    made(createMounts(mounts, state));
    expect(readlinkSync(path)).toBe(target);
  });

  test('the mount of a dead run is known by whatever way its folder was reached', async () => {
    const folder = temporaryFolder();
    const link = join(temporaryFolder(), 'project');
    symlinkSync(folder, link);
    const path = join(folder, 'logs');
    symlinkSync(join(folder, '.sidecarctl', 'runs', 'gone', 'volumes', 'logs'), path);
    const state = await openState(link);
    const target = join(state.path, 'volumes', 'logs');
    made(createMounts([{ path, target }], state));
    expect(readlinkSync(path)).toBe(target);
  });

  test('the mount of a living run stays, and the failure names the run', async () => {
    const { state, mounts, path } = await startRun();
    const other = join(writeRun(state, 'other'), 'volumes', 'logs');
    mkdirSync(dirname(path));
    symlinkSync(other, path);
    const failures = [{ kind: 'mount-in-use', path, runId: 'other' }];
    expect(createMounts(mounts, state)).toMatchObject({ ok: false, failures });
    expect(readlinkSync(path)).toBe(other);
  });

  test('all obstacles are named at once, and no other mount is made', async () => {
    const { state, target } = await startRun();
    const base = temporaryFolder();
    writeFileSync(join(base, 'b'), '');
    mkdirSync(join(base, 'c'));
    const mounts = ['a', 'b', 'c'].map((name) => ({ path: join(base, name), target }));
    const outcome = createMounts(mounts, state);
    expect(!outcome.ok && outcome.failures.map(({ path }) => path)).toEqual([
      join(base, 'b'),
      join(base, 'c'),
    ]);
    expect(!outcome.ok && outcome.failures).toEqual(findMountObstacles(mounts, state));
    expect(existsSync(join(base, 'a'))).toBe(false);
  });

  test('what was made before a late failure is taken back', async () => {
    const { state, target } = await startRun();
    const base = temporaryFolder();
    writeFileSync(join(base, 'file'), '');
    const mounts = ['new/a', 'file/b'].map((path) => ({ path: join(base, path), target }));
    expect(createMounts(mounts, state)).toMatchObject({
      ok: false,
      failures: [{ kind: 'mount-not-created' }],
    });
    expect(readdirSync(base)).toEqual(['file']);
  });
});

describe('a mount that by the end', () => {
  test('leads to a precious directory is left alone', async () => {
    const { state, mounts, path } = await startRun();
    const outcome = made(createMounts(mounts, state));
    const precious = preciousDirectory();
    rmSync(path);
    symlinkSync(precious.path, path);
    expect(removeMounts(outcome)).toEqual([]);
    expect(readlinkSync(path)).toBe(precious.path);
    expect(precious.files()).toEqual(['thesis.txt']);
  });

  test('is a directory of the user is left alone', async () => {
    const { state, mounts, path } = await startRun();
    const outcome = made(createMounts(mounts, state));
    rmSync(path);
    mkdirSync(path);
    expect(removeMounts(outcome)).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });
});

describe('the mounts of a pod', () => {
  const podWith = (...mounts: readonly (readonly MountSpec[])[]): Pick<PodSpec, 'processes'> => ({
    processes: new Map(mounts.map((own, index) => [`p${index}`, { mounts: own } as unknown as ProcessSpec])),
  });

  test('are those of all its processes, each once', () => {
    const shared = mountOf({ source: '/volumes/logs', path: '/shop/logs' });
    const pod = podWith([shared], [shared, { ...shared, path: '/shop/other' }]);
    expect(mountsOf(pod)).toEqual([
      { path: '/shop/logs', target: '/volumes/logs' },
      { path: '/shop/other', target: '/volumes/logs' },
    ]);
  });

  test('lead to parts of volumes, and to files', () => {
    const part = mountOf({ source: '/volumes/logs', subPath: 'web/old', path: '/shop/logs' });
    const file = mountOf({ kind: 'file', source: '/files/conf', path: '/shop/app.conf' });
    expect(mountsOf(podWith([part, file]))).toEqual([
      { path: '/shop/logs', target: '/volumes/logs/web/old' },
      { path: '/shop/app.conf', target: '/files/conf', isFile: true },
    ]);
  });
});
