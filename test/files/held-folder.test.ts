import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HeldFolder } from '../../src/files/held-folder.ts';
import { preciousDirectory, temporaryFolder } from '../runtime/volumes/support.ts';

const isLinux = process.platform === 'linux';

describe('a held folder', () => {
  test('is made level by level for its user alone', () => {
    const base = temporaryFolder();
    using held = HeldFolder.open(base, join(base, 'a', 'b'), { make: true });
    held.create('file', 'text');
    expect(readFileSync(join(base, 'a', 'b', 'file'), 'utf8')).toBe('text');
    for (const path of ['a', 'a/b']) expect(statSync(join(base, path)).mode & 0o777).toBe(0o700);
    expect(statSync(join(base, 'a', 'b', 'file')).mode & 0o777).toBe(0o600);
  });

  test.each(['a', 'a/b'])('is not reached through a symlink at %s, and nothing is made behind it', (path) => {
    const base = temporaryFolder();
    const precious = preciousDirectory();
    if (path !== 'a') mkdirSync(join(base, 'a'));
    symlinkSync(precious.path, join(base, path));
    for (const make of [true, false])
      expect(() => HeldFolder.open(base, join(base, 'a', 'b', 'c'), { make })).toThrow(
        `${join(base, path)} is a symlink to ${precious.path}`,
      );
    expect(precious.files()).toEqual(['thesis.txt']);
  });

  test.runIf(isLinux)('stays the same folder when a symlink takes its name', () => {
    const base = temporaryFolder();
    const precious = preciousDirectory();
    using held = HeldFolder.open(base, join(base, 'own'), { make: true });
    held.create('thesis.txt', 'not this one');
    renameSync(join(base, 'own'), join(base, 'moved'));
    symlinkSync(precious.path, join(base, 'own'));
    held.remove('thesis.txt');
    held.replace('new', 'text');
    held.makeFolder('folder');
    expect(readdirSync(join(base, 'moved')).sort()).toEqual(['folder', 'new']);
    expect(precious.files()).toEqual(['thesis.txt']);
  });

  test('replaces a symlink, and does not write to where it leads', () => {
    const base = temporaryFolder();
    const precious = preciousDirectory();
    const thesis = join(precious.path, 'thesis.txt');
    for (const name of ['file', `file.${process.pid}.tmp`]) symlinkSync(thesis, join(base, name));
    using held = HeldFolder.open(base, base);
    expect(() => held.create('file', 'text')).toThrow('EEXIST');
    held.replace('file', 'text');
    expect(readFileSync(join(base, 'file'), 'utf8')).toBe('text');
    expect(readFileSync(thesis, 'utf8')).toBe('years of work');
    expect(readdirSync(base)).toEqual(['file']);
  });

  test('replaces a file by one with other permissions, whatever the umask', () => {
    const base = temporaryFolder();
    using held = HeldFolder.open(base, base);
    const umask = process.umask(0o077);
    try {
      for (const mode of [0o755, 0o644, 0o400]) {
        held.replace('file', `${mode}`, mode);
        expect(statSync(join(base, 'file')).mode & 0o777).toBe(mode);
        expect(readFileSync(join(base, 'file'), 'utf8')).toBe(`${mode}`);
      }
    } finally {
      process.umask(umask);
    }
  });

  test('replaces a file with the longest name that a file can have', () => {
    const base = temporaryFolder();
    using held = HeldFolder.open(base, base);
    held.replace('n'.repeat(253), 'text');
    expect(readdirSync(base)).toEqual(['n'.repeat(253)]);
  });

  test('does not read through a symlink', () => {
    const base = temporaryFolder();
    const precious = preciousDirectory();
    symlinkSync(join(precious.path, 'thesis.txt'), join(base, 'file'));
    using held = HeldFolder.open(base, base);
    expect(() => held.read('file')).toThrow(/ELOOP/);
  });

  test('leaves nothing of a file that could not be replaced', () => {
    const base = temporaryFolder();
    mkdirSync(join(base, 'file', 'in-the-way'), { recursive: true });
    using held = HeldFolder.open(base, base);
    expect(() => held.replace('file', 'text')).toThrow();
    expect(held.list()).toEqual(['file']);
  });

  test('speaks of paths as people know them', () => {
    const base = temporaryFolder();
    using held = HeldFolder.open(base, base);
    expect(() => held.read('missing')).toThrow(
      `ENOENT: no such file or directory, open '${join(base, 'missing')}'`,
    );
  });

  test.each(['..', '', 'a/b'])('has no entry %j', (name) => {
    const base = temporaryFolder();
    using held = HeldFolder.open(base, base);
    expect(() => held.remove(name)).toThrow('is no entry of a folder');
  });

  test('lies within the folder it is opened in', () => {
    const base = temporaryFolder();
    expect(() => HeldFolder.open(join(base, 'a'), base)).toThrow('is not within');
  });
});
