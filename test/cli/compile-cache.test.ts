import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownCacheFolder } from '../../src/cli/compile-cache.ts';
import { temporaryFolder } from '../runtime/volumes/support.ts';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const STRANGER = 65_534;
const isRoot = process.geteuid?.() === 0;

const folderIn = (base: string) => ownCacheFolder({ XDG_CACHE_HOME: base });

describe('the compile cache is in', () => {
  test('a folder that is made for this user alone', () => {
    const base = join(temporaryFolder(), 'cache');
    expect(folderIn(base)).toBe(join(base, 'sidecarctl'));
    expect(statSync(join(base, 'sidecarctl')).mode & 0o777).toBe(0o700);
    expect(folderIn(base)).toBe(join(base, 'sidecarctl'));
  });

  test('the real folder, where a symlink of the user leads to it', () => {
    const base = temporaryFolder();
    mkdirSync(join(base, 'real'), { mode: 0o700 });
    symlinkSync('real', join(base, 'link'));
    expect(folderIn(join(base, 'link'))).toBe(join(base, 'real', 'sidecarctl'));
  });
});

describe('nothing is compiled into a cache, or taken from it, when', () => {
  test('the folder is open to others', () => {
    const base = temporaryFolder();
    mkdirSync(join(base, 'sidecarctl'));
    chmodSync(join(base, 'sidecarctl'), 0o755);
    expect(folderIn(base)).toBeNull();
  });

  test('a symlink stands in the place of the folder', () => {
    const base = temporaryFolder();
    mkdirSync(join(base, 'elsewhere'), { mode: 0o700 });
    symlinkSync('elsewhere', join(base, 'sidecarctl'));
    expect(folderIn(base)).toBeNull();
  });

  test.each(['', 'cache'])('others may write to what leads to it (%j)', (open) => {
    const base = join(temporaryFolder(), 'home');
    mkdirSync(join(base, 'cache'), { recursive: true });
    chmodSync(join(base, open), 0o777);
    expect(folderIn(join(base, 'cache'))).toBeNull();
    expect(readdirSync(join(base, 'cache'))).toEqual([]);
  });

  test.runIf(isRoot).each(['', 'cache', 'cache/sidecarctl'])('it belongs to somebody else (%j)', (theirs) => {
    const base = join(temporaryFolder(), 'home');
    mkdirSync(join(base, 'cache', 'sidecarctl'), { recursive: true, mode: 0o700 });
    chownSync(join(base, theirs), STRANGER, STRANGER);
    expect(folderIn(join(base, 'cache'))).toBeNull();
  });

  test('there is no such home, which is not made', () => {
    const base = temporaryFolder();
    expect(folderIn(join(base, 'nobody', '.cache'))).toBeNull();
    expect(existsSync(join(base, 'nobody'))).toBe(false);
  });
});

test('the shared temporary folder is never used for it, and the user may choose another', async () => {
  await using project = await Project.create({ 'sidecars.config.json': '{"primary":{"command":"true"}}' });
  for (const folder of ['home', 'tmp', 'chosen']) mkdirSync(project.path(folder), { mode: 0o700 });
  const [HOME, TMPDIR] = [project.path('home'), project.path('tmp')];
  const env = { HOME, TMPDIR, XDG_CACHE_HOME: '' };
  expect(await runToEnd(['check'], project.folder, env)).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(project.path('home/.cache/sidecarctl'))).toEqual([
    'code',
    expect.stringMatching(/^v\d/),
  ]);
  const chosen = { ...env, HOME: project.path('tmp/none'), NODE_COMPILE_CACHE: project.path('chosen') };
  expect(await runToEnd(['check'], project.folder, chosen)).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(project.path('chosen'))).toHaveLength(1);
  expect(readdirSync(TMPDIR).filter((name) => name.includes('compile'))).toEqual([]);
});
