import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  knownSocketFolders,
  leaveSocketFolder,
  socketPathsOf,
} from '../../../src/runtime/state/socket-folder.ts';

const uid = process.getuid?.() ?? 0;

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'sct-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

const around = (temporary: readonly string[], runtimeDir?: string) => ({ temporary, runtimeDir, uid });
const foldersFor = (given: ReturnType<typeof around>) =>
  socketPathsOf('0a0a0a0a', given).map((path) => dirname(path));
const own = `sidecarctl-${uid}`;

describe.skipIf(process.platform === 'win32')('the folder of sockets', () => {
  test('is the runtime folder before the one for temporary files, closed to others', () => {
    const [runtime, temporary] = [folder(), folder()];
    const found = foldersFor(around([temporary], runtime));
    expect(found.slice(0, 2)).toEqual([join(runtime, 'sidecarctl'), join(temporary, own)]);
    expect(statSync(join(runtime, 'sidecarctl')).mode & 0o777).toBe(0o700);
  });

  test.each(['a file', 'a symlink', 'a missing folder'])('is another one where %s is in the way', (what) => {
    const [first, second] = [folder(), folder()];
    const path = join(first, own);
    if (what === 'a file') writeFileSync(path, '');
    if (what === 'a symlink') symlinkSync(second, path);
    if (what === 'a missing folder') rmSync(first, { recursive: true });
    expect(foldersFor(around([first, second]))[0]).toBe(join(second, own));
  });

  test.runIf(uid === 0)('is one with a name of its own where another user has taken all names', () => {
    const temporary = folder();
    const other = { ...around([temporary]), uid: 54_321 };
    mkdirSync(join(temporary, 'sidecarctl-54321'));
    // Made by root, so that for that user it is another's; what is made for want of it is root's as well.
    const [path = ''] = socketPathsOf('0a0a0a0a', other);
    expect(dirname(path)).toMatch(/sidecarctl-54321-\w{6}$/);
    leaveSocketFolder(dirname(path));
    expect(readdirSync(temporary)).toEqual(['sidecarctl-54321']);
  });

  // With a folder of the system's for this user there is always a better one.
  test.skipIf(existsSync(`/run/user/${uid}`))('that was made for want of a better one is found again', () => {
    const temporary = folder();
    writeFileSync(join(temporary, own), '');
    const [path] = foldersFor(around([temporary]));
    expect(path).toMatch(new RegExp(`${own}-`));
    expect(foldersFor(around([temporary]))).toEqual([path]);
    expect(knownSocketFolders(around([temporary]))).toContain(path);
  });

  test('is none where nothing can be made anywhere', () => {
    expect(socketPathsOf('0a0a0a0a', { ...around(['/proc/nowhere']), uid: 54_321 })).toEqual([]);
  });

  test('is not one whose path is too long for a socket', () => {
    const long = join(folder(), 'l'.repeat(100));
    mkdirSync(long);
    chmodSync(long, 0o700);
    const short = folder();
    expect(foldersFor(around([short], long))[0]).toBe(join(short, own));
  });
});
