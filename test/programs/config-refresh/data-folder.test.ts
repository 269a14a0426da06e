import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { DataFolder, type NewFile } from '../../../src/programs/config-refresh/files/data-folder.ts';
import { RenderedFiles } from '../../../src/programs/config-refresh/files/rendered-files.ts';
import type { FileOptions } from '../../../src/programs/config-refresh/options.ts';
import { withDeadline } from '../../support/deadline.ts';
import { inFull } from '../../support/in-full.ts';

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'refresh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const file = (name: string, text: string, perms = 0o644): NewFile => ({
  name,
  bytes: Buffer.from(text),
  perms,
});

const put = async (folder: DataFolder, ...files: NewFile[]) => {
  const prepared = await folder.prepare(files);
  if (prepared !== null) await folder.swap(prepared);
  return prepared;
};

it('has the layout of a kubelet: symlinks through ..data into a folder with a time', async () => {
  const at = makeFolder();
  const folder = new DataFolder(at, 'conf');
  await folder.open();
  expect(await put(folder, file('a', 'one'), file('b', 'two', 0o400))).toMatchObject({
    changed: ['a', 'b'],
    replaced: [],
  });
  expect(readlinkSync(join(at, 'a'))).toBe('..data/a');
  expect(readlinkSync(join(at, '..data'))).toMatch(/^\.\.\d{4}(_\d\d){5}\.conf-[a-z0-9]{6}$/);
  expect(readFileSync(join(at, 'b'), 'utf8')).toBe('two');
  expect(statSync(join(at, 'b')).mode & 0o777).toBe(0o400);
  expect(await put(folder, file('a', 'one'), file('b', 'two', 0o400))).toBeNull();
  expect(await put(folder, file('a', 'three'), file('b', 'two', 0o400))).toMatchObject({
    changed: ['a'],
    replaced: ['a'],
  });
  expect(readFileSync(join(at, 'a'), 'utf8')).toBe('three');
  expect(await put(folder, file('a', 'three', 0o600), file('b', 'two', 0o400))).toMatchObject({
    changed: [],
  });
  expect(statSync(join(at, 'a')).mode & 0o777).toBe(0o600);
});

it('leaves everything else in the folder, and takes away what it renders no more', async () => {
  const at = makeFolder();
  writeFileSync(join(at, 'mine'), 'mine');
  mkdirSync(join(at, 'sub'));
  const folder = new DataFolder(at, 'conf');
  await put(folder, file('a', '1'), file('b', '2'));
  await put(folder, file('b', '2'));
  expect(readdirSync(at).filter((name) => !name.startsWith('..'))).toEqual(['b', 'mine', 'sub']);
  await expect(folder.prepare([file('mine', 'x')])).rejects.toThrow(
    `${join(at, 'mine')} is there already, and was not rendered by this sidecar: remove it, or name another path`,
  );
  await folder.clear();
  expect(readdirSync(at)).toEqual(['mine', 'sub']);
});

it('does not take over the folder of another sidecar', async () => {
  const at = makeFolder();
  await put(new DataFolder(at, 'conf'), file('a', '1'));
  await expect(new DataFolder(at, 'other').open()).rejects.toThrow(
    `${at} is kept by conf: give this sidecar a folder of its own`,
  );
});

it('removes what an earlier launch has left behind, and follows no symlink', async () => {
  const [at, elsewhere] = [makeFolder(), makeFolder()];
  writeFileSync(join(elsewhere, 'precious'), 'x');
  const folder = new DataFolder(at, 'conf');
  await put(folder, file('a', '1'));
  const left = join(at, '..2020_01_01_00_00_00.conf-aaaaaa');
  mkdirSync(left);
  symlinkSync(elsewhere, join(left, 'link'));
  symlinkSync(elsewhere, join(at, '..2020_01_01_00_00_00.conf-bbbbbb'));
  symlinkSync(elsewhere, join(at, '..data_tmp'));
  mkdirSync(join(at, '..2020_01_01_00_00_00.other-aaaaaa'));
  await new DataFolder(at, 'conf').open();
  expect(existsSync(left)).toBe(false);
  expect(readdirSync(elsewhere)).toEqual(['precious']);
  expect(existsSync(join(at, '..2020_01_01_00_00_00.other-aaaaaa'))).toBe(true);
  expect(readFileSync(join(at, 'a'), 'utf8')).toBe('1');
});

it('keeps the old files where new ones cannot be written', async () => {
  const at = makeFolder();
  const folder = new DataFolder(at, 'conf');
  await put(folder, file('a', 'old'));
  // No name is so long: like a full disk, that fails in the middle.
  await expect(folder.prepare([file('a', 'new'), file('x'.repeat(300), 'new')])).rejects.toThrow(
    /ENAMETOOLONG/,
  );
  expect(readFileSync(join(at, 'a'), 'utf8')).toBe('old');
  expect(readdirSync(at).filter((name) => name.startsWith('..20'))).toHaveLength(1);
});

const option = (volume: string, path: string, check: FileOptions['check'] = null): FileOptions => ({
  ...{ template: { text: '' }, volume, path, perms: 0o644, check },
});

it('swaps no folder if the check of one file says no', async () => {
  const volume = makeFolder();
  const files = [option(volume, 'a'), option(volume, 'sub/deep/b')];
  let isFine = true;
  const rendered = new RenderedFiles({
    files,
    owner: 'conf',
    check: async ({ path }, at) => {
      expect(readFileSync(at, 'utf8')).toBe(`${path}!`);
      if (!isFine && path.endsWith('b')) throw new Error('no');
    },
  });
  const texts = files.map((each) => ({ file: each, text: `${each.path}!` }));
  await (await rendered.prepare(texts))?.swap();
  expect(readFileSync(join(volume, 'sub/deep/b'), 'utf8')).toBe('sub/deep/b!');
  isFine = false;
  rmSync(join(volume, '..data'));
  rmSync(join(volume, 'sub/deep/..data'));
  await expect(rendered.prepare(texts)).rejects.toThrow('no');
  expect(existsSync(join(volume, '..data'))).toBe(false);
  expect(readdirSync(join(volume, 'sub/deep')).filter((name) => name.startsWith('..2'))).toHaveLength(1);
});

it('keeps what is in place where another folder cannot be swapped', async () => {
  const volume = makeFolder();
  const files = [option(volume, 'a'), option(volume, 'sub/b')];
  const rendered = new RenderedFiles({ files, owner: 'conf', check: async () => undefined });
  const prepare = (text: string) => rendered.prepare(files.map((each) => ({ file: each, text })));
  await (await prepare('old'))?.swap();
  mkdirSync(join(volume, 'sub/..data_tmp'));
  const changes = await prepare('new');
  await expect(changes?.swap()).rejects.toThrow(/EEXIST/);
  await changes?.discard();
  const texts = () => ['a', 'sub/b'].map((path) => readFileSync(join(volume, path), 'utf8'));
  expect(texts()).toEqual(['new', 'old']);
  rmSync(join(volume, 'sub/..data_tmp'), { recursive: true });
  const rest = await prepare('new');
  expect(rest?.changed).toEqual(['sub/b']);
  await rest?.swap();
  expect(texts()).toEqual(['new', 'new']);
});

it('leads no path out of its volume through a symlink', async () => {
  const [volume, elsewhere] = [makeFolder(), makeFolder()];
  symlinkSync(elsewhere, join(volume, 'sub'));
  const files = [option(volume, 'sub/a')];
  const rendered = new RenderedFiles({ files, owner: 'conf', check: async () => undefined });
  await expect(rendered.prepare([{ file: option(volume, 'sub/a'), text: '' }])).rejects.toThrow(
    `${join(volume, 'sub')} is no folder, and is in the way`,
  );
  expect(readdirSync(elsewhere)).toEqual([]);
});

/** Reads a file all the time: it has a number that never goes back, and the letter of that number many times. */
const READER = `
const { closeSync, openSync, readSync } = require('node:fs');
const { parentPort, workerData: { path, reads } } = require('node:worker_threads');
const whole = [...'abcdefgh'].map((letter) => Buffer.alloc(5_000, letter));
const bytes = Buffer.alloc(6_000);
const problems = [];
let last = -1;
for (let read = 0; read < reads && problems.length < 5; read++) {
  try {
    const file = openSync(path);
    const length = readSync(file, bytes);
    closeSync(file);
    const blank = bytes.indexOf(' ');
    const number = Number(bytes.latin1Slice(0, blank));
    const isWhole = whole[number % 8]?.equals(bytes.subarray(blank + 1, length)) === true;
    if (!isWhole || number < last) problems.push(bytes.latin1Slice(0, 50) + ' after ' + last);
    last = number;
  } catch (error) {
    problems.push(error.message);
  }
}
parentPort.postMessage({ problems, last });
`;

it('never shows a reader in a tight loop a file that is torn, missing, or older than before', async () => {
  const volume = makeFolder();
  const files = [option(volume, 'a'), option(volume, 'b')];
  const rendered = new RenderedFiles({ files, owner: 'conf', check: async () => undefined });
  const write = async (number: number): Promise<void> => {
    const text = `${number} ${'abcdefgh'.charAt(number % 8).repeat(5_000)}`;
    await (await rendered.prepare(files.map((each) => ({ file: each, text }))))?.swap();
  };
  await write(0);
  const workerData = { path: join(volume, 'a'), reads: inFull ? 1_000_000 : 100_000 };
  const reader = new Worker(READER, { eval: true, workerData });
  let result: { readonly problems: readonly string[]; readonly last: number } | null = null;
  reader.once('message', (message) => {
    result = message;
  });
  const isOver = (): boolean => result !== null;
  let number = 0;
  const writing = (async () => {
    while (!isOver()) {
      await write(++number);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await (inFull ? writing : withDeadline('the reads', writing));
  await rendered.close();
  expect(result).toMatchObject({ problems: [] });
  // The reader has seen some of the swaps, or nothing is proved.
  expect((result as { readonly last: number } | null)?.last).toBeGreaterThan(10);
  expect(readdirSync(volume).filter((name) => name.startsWith('..2'))).toHaveLength(1);
});

it.skipIf(process.getuid?.() === 0)('says why it cannot write', async () => {
  const at = makeFolder();
  chmodSync(at, 0o500);
  await expect(new DataFolder(at, 'conf').prepare([file('a', '1')])).rejects.toThrow(/EACCES/);
});
