import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExecSource } from '../../../../src/programs/config-refresh/sources/exec.ts';
import { GitSource } from '../../../../src/programs/config-refresh/sources/git.ts';
import { eventually } from '../../../support/deadline.ts';
import { isInstalled } from '../../../support/installed.ts';
import { FIELDS, makeFolder, read } from './read.ts';

describe('a command', () => {
  const run = (
    command: { shell: string } | { words: string[] },
    fields: object = {},
    folder = makeFolder(),
  ) => read(new ExecSource(command, folder, { ...FIELDS, ...fields }));

  it('is run by the shell or directly, in a folder, and its output is read', async () => {
    const folder = makeFolder();
    expect(await run({ shell: 'pwd | tr a-z A-Z' }, {}, folder)).toBe(`${folder.toUpperCase()}\n`);
    expect(await run({ words: ['printf', '%s', '{"a":"$HOME"}'] }, { parse: 'json' })).toEqual({
      a: '$HOME',
    });
  });

  it('that fails says how, and what it has written', async () => {
    expect(await run({ shell: 'echo no; echo "bad\n  news" >&2; exit 3' })).toBe(
      'failed: exited with code 3: bad; news',
    );
    expect(await run({ shell: 'kill -9 $$' })).toBe('failed: died of SIGKILL');
    expect(await run({ words: ['/nowhere/x'] })).toBe('failed: cannot be started: spawn /nowhere/x ENOENT');
    expect(await run({ shell: 'head -c 5000000 /dev/zero' })).toMatch(
      /^failed: wrote more than 4194304 bytes/,
    );
  });

  it('that takes too long is ended with all that it has started', async () => {
    const folder = makeFolder();
    expect(await run({ shell: 'sleep 300 & echo $! > pid; wait' }, { timeout: 300 }, folder)).toBe(
      'failed: took longer than 300 ms',
    );
    const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
    await eventually('its child to be gone', () => !isAlive(pid));
  });
});

const isAlive = (pid: string): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe.skipIf(!isInstalled('git'))('a repository', () => {
  const git = (folder: string, ...args: string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );

  const makeRepository = (): string => {
    const folder = makeFolder();
    git(folder, 'init');
    return folder;
  };

  const commit = (folder: string, files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    git(folder, 'add', '.');
    git(folder, 'commit', '-m', 'x');
  };

  it('has a file or a folder of a ref, and is read when that has moved', async () => {
    const folder = makeRepository();
    commit(folder, { 'conf/flags.json': '{"a":1}', 'conf/db/host': 'h', other: 'x' });
    const store = join(makeFolder(), 'store');
    const source = new GitSource({ url: folder, ref: 'main', path: 'conf/flags.json' }, store, FIELDS);
    expect([await read(source), await read(source)]).toEqual([{ a: 1 }, 'same']);
    git(folder, 'checkout', '-b', 'next');
    commit(folder, { 'conf/flags.json': '{"a":2}' });
    expect(await read(source)).toBe('same');
    git(folder, 'branch', '-f', 'main');
    expect(await read(source)).toEqual({ a: 2 });
    const whole = new GitSource(
      { url: folder, ref: 'HEAD', path: '/conf/' },
      join(makeFolder(), 's'),
      FIELDS,
    );
    expect(await read(whole)).toEqual({ flags: { a: 2 }, db: { host: 'h' } });
    git(folder, 'commit', '--amend', '-m', 'other history');
    expect(await read(whole)).toEqual({ flags: { a: 2 }, db: { host: 'h' } });
    await source.close();
    expect(existsSync(store)).toBe(false);
  });

  it('that is not there, or lacks the ref or the path, is told', async () => {
    const folder = makeRepository();
    commit(folder, { a: 'x' });
    const found = (more: object) =>
      read(new GitSource({ url: folder, ref: 'main', path: 'a', ...more }, join(makeFolder(), 's'), FIELDS));
    expect(await found({ url: '/nowhere' })).toMatch(/^failed: git fetch exited with code 128: .*nowhere/);
    expect(await found({ ref: 'nope' })).toMatch(/^failed: git fetch exited with code 128: .*nope/);
    expect(await found({ path: 'b' })).toMatch(/^failed: git cat-file exited with code 128/);
    expect(await found({ url: 'ext::sh -c "touch pwned"' })).toMatch(/transport 'ext' not allowed/);
    expect(await found({ url: '--upload-pack=touch pwned' })).toMatch(/^failed: git fetch exited/);
  });
});
