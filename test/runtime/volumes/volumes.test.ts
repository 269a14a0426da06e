import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { removeInside } from '../../../src/runtime/state/remove-inside.ts';
import { recordRun, removeRun } from '../../../src/runtime/state/state-folder.ts';
import { createVolumes, planVolumes } from '../../../src/runtime/volumes/volumes.ts';
import { openState, preciousDirectory, temporaryFolder, volume } from './support.ts';

/** A recorded run with the path of its volume `logs`. */
const startRun = async () => {
  const state = await openState();
  recordRun(state, { runId: 'one', name: 'shop', mounts: [] });
  return { state, path: join(state.path, 'runs', 'one', 'volumes', 'logs') };
};

test('a volume lies where its lifetime says', () => {
  const planned = planVolumes(
    [
      { name: 'logs', kind: 'pod', path: null },
      { name: 'data', kind: 'persist', path: null },
      { name: 'media', kind: 'external', path: '/srv/media' },
    ],
    join('/shop', '.sidecarctl'),
    { runId: 'one', label: null },
  );
  expect([...planned]).toEqual([
    ['logs', join('/shop', '.sidecarctl', 'runs', 'one', 'volumes', 'logs')],
    ['data', join('/shop', '.sidecarctl', 'volumes', 'data')],
    ['media', '/srv/media'],
  ]);
});

test('volumes are made, closed to others, and kept when they are there', async () => {
  const { state, path } = await startRun();
  const data = join(state.path, 'volumes', 'data');
  const media = join(temporaryFolder(), 'new', 'media');
  const volumes = [volume('logs', path), volume('data', data, 'persist'), volume('media', media, 'external')];
  expect(createVolumes(volumes, state)).toEqual([]);
  for (const made of [path, data, media]) {
    expect(statSync(made).mode & 0o777).toBe(0o700);
    writeFileSync(join(made, 'file'), '');
  }
  expect(createVolumes(volumes, state)).toEqual([]);
  expect([path, data, media].map((made) => readdirSync(made))).toEqual([['file'], ['file'], ['file']]);
});

test('with containers, whose users can be any, every user may write to a new volume, and an old one stays as it is', async () => {
  const { state, path } = await startRun();
  const data = join(state.path, 'volumes', 'data');
  const media = join(temporaryFolder(), 'media');
  const kept = volume('data', data, 'persist');
  expect(createVolumes([kept], state)).toEqual([]);
  const volumes = [volume('logs', path), kept, volume('media', media, 'external')];
  expect(createVolumes(volumes, state, true)).toEqual([]);
  const modes = [path, data, media, state.path].map((made) => (statSync(made).mode & 0o777).toString(8));
  expect(modes).toEqual(['777', '700', '700', '700']);
});

test('only the volumes that live as long as the pod are removed with its run', async () => {
  const { state, path } = await startRun();
  const data = join(state.path, 'volumes', 'data');
  const precious = preciousDirectory();
  const volumes = [
    volume('logs', path),
    volume('data', data, 'persist'),
    volume('media', precious.path, 'external'),
  ];
  createVolumes(volumes, state);
  writeFileSync(join(path, 'file'), '');
  expect(await removeRun(state, 'one')).toBeNull();
  expect(existsSync(path)).toBe(false);
  expect(existsSync(data)).toBe(true);
  expect(precious.files()).toEqual(['thesis.txt']);
  expect(await removeRun(state, 'one')).toBeNull();
});

test('all that cannot be made are failures at once', async () => {
  const { state, path } = await startRun();
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  const volumes = [volume('logs', path), volume('media', join(file, 'media'), 'external')];
  expect(createVolumes(volumes, state)).toMatchObject([
    { kind: 'volume-not-created', volume: 'logs' },
    { kind: 'volume-not-created', volume: 'media' },
  ]);
});

describe('when a directory of the user is put in the way,', () => {
  test('a volume that has become a symlink to it is unlinked, not followed', async () => {
    const { state, path } = await startRun();
    const precious = preciousDirectory();
    createVolumes([volume('logs', path)], state);
    rmSync(path, { recursive: true });
    symlinkSync(precious.path, path);
    expect(await removeInside(state, path)).toBeNull();
    expect(existsSync(path)).toBe(false);
    expect(precious.files()).toEqual(['thesis.txt']);
  });

  test('a folder of volumes that has become a symlink to it is refused', async () => {
    const { state, path } = await startRun();
    const precious = preciousDirectory();
    mkdirSync(join(precious.path, 'logs'));
    symlinkSync(precious.path, join(path, '..'));
    const failure = { kind: 'not-a-real-directory', path: join(path, '..') };
    expect(await removeInside(state, path)).toMatchObject(failure);
    expect(createVolumes([volume('new', join(path, '..', 'new'))], state)).toMatchObject([failure]);
    expect(precious.files()).toEqual(['logs', 'thesis.txt']);
  });

  test('a new volume is not made through a symlink to it', async () => {
    const { state, path } = await startRun();
    const precious = preciousDirectory();
    mkdirSync(join(path, '..'));
    symlinkSync(precious.path, path);
    expect(createVolumes([volume('logs', path)], state)).toMatchObject([
      { kind: 'not-a-real-directory', path },
    ]);
  });

  test('a folder outside the state folder is not deleted', async () => {
    const { state } = await startRun();
    const precious = preciousDirectory();
    for (const path of [precious.path, join(state.path, '..'), state.path])
      expect(await removeInside(state, path)).toMatchObject({ kind: 'not-removed', path });
    expect(precious.files()).toEqual(['thesis.txt']);
    expect(existsSync(state.path)).toBe(true);
  });
});
