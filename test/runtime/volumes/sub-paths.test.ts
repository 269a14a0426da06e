import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StorageFailure } from '../../../src/model/failures/storage-failure.ts';
import { storageFailureText } from '../../../src/report/storage-failures.ts';
import { makeSubPaths } from '../../../src/runtime/volumes/sub-paths.ts';
import { mountOf } from '../../support/mount-spec.ts';
import { podSpec } from '../../support/pod-spec.ts';
import { temporaryFolder } from './support.ts';

const make = (source: string, ...subPaths: readonly string[]): StorageFailure | null => {
  const process = podSpec({ app: {} }).processes.get('app');
  if (process === undefined) throw new Error('there is no app');
  const mounts = subPaths.map((subPath) => mountOf({ source, subPath, path: '/mnt' }));
  return makeSubPaths({ ...process, isolation: { ownPids: false, mounts } });
};

test('a part of a volume that is missing is made as a folder, with the mode of the volume', () => {
  const volume = temporaryFolder();
  chmodSync(volume, 0o757);
  expect(make(volume, 'a/b', 'a/c', '')).toBeNull();
  expect(readdirSync(volume, { recursive: true }).toSorted()).toEqual(['a', 'a/b', 'a/c']);
  expect(statSync(join(volume, 'a/b')).mode & 0o777).toBe(0o757);
});

test('a part that is there stays, be it a file or a symlink within the volume', () => {
  const volume = temporaryFolder();
  writeFileSync(join(volume, 'file'), 'x');
  mkdirSync(join(volume, 'v1'));
  symlinkSync('v1', join(volume, 'current'));
  expect(make(volume, 'file', 'current/deep')).toBeNull();
  expect(readdirSync(join(volume, 'v1'))).toEqual(['deep']);
  expect(statSync(join(volume, 'file')).isFile()).toBe(true);
});

test('a volume that is itself reached by a symlink has parts like any other', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'volume'));
  expect(make(join(folder, 'volume'), 'a')).toBeNull();
  expect(readdirSync(join(folder, 'real'))).toEqual(['a']);
});

test.each([
  ['an absolute one', (outside: string) => outside],
  ['a relative one', () => '../outside'],
])('a symlink that leads out of the volume is refused, and nothing is made through it: %s', (_, target) => {
  const folder = temporaryFolder();
  const [volume, outside] = [join(folder, 'volume'), join(folder, 'outside')];
  for (const each of [volume, outside]) mkdirSync(each);
  symlinkSync(target(outside), join(volume, 'link'));
  const failure = make(volume, 'link/below');
  expect(failure).toMatchObject({ kind: 'sub-path-outside', volume: 'data', leadsTo: outside });
  expect(readdirSync(outside)).toEqual([]);
  expect(failure && storageFailureText(failure)).toBe(
    `${join(volume, 'link/below')} leads out of the volume data, to ${outside}; remove the symlink that leads there`,
  );
});

test('a part below a file, and one behind a symlink to nothing, cannot be made', () => {
  const volume = temporaryFolder();
  writeFileSync(join(volume, 'file'), 'x');
  symlinkSync('nothing', join(volume, 'link'));
  for (const part of ['file/a', 'link'])
    expect(make(volume, part)).toMatchObject({ kind: 'sub-path-not-created', path: join(volume, part) });
});
