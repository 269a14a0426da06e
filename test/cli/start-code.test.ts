import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Module } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';
import { type Outcome, runToEnd } from '../support/run-to-end.ts';

const CONFIG = configFile({ primary: { command: ['echo', 'it runs'] } });
const SECTOR = 512;
const HEAD_BYTES = 8;

const projectWith = async (config = CONFIG): Promise<Project> => {
  const project = await Project.create({ 'sidecars.config.mjs': config });
  await mkdir(project.path('cache'), { mode: 0o700 });
  return project;
};

const up = (project: Project, env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  runToEnd(['up', '--ui', 'plain'], project.folder, { XDG_CACHE_HOME: project.path('cache'), ...env });

const RUNS = { code: 0, stdout: 'primary    | it runs\n' };

const keptIn = (project: Project): string => project.path('cache/sidecarctl/code');

/** Each file that is kept, and is not being written, with the number of its inode, which a new file has not. */
const kept = (project: Project): ReadonlyMap<string, number> => {
  const names = readdirSync(keptIn(project))
    .filter((name) => !/\.\d+$/.test(name))
    .sort();
  return new Map(names.map((name) => [name, statSync(join(keptIn(project), name)).ino]));
};

const largestOf = (project: Project): string => {
  const paths = [...kept(project).keys()].map((name) => join(keptIn(project), name));
  return paths.toSorted((one, other) => statSync(other).size - statSync(one).size)[0] ?? '';
};

/** Whether a long run has kept each file. */
const lengthsIn = (project: Project): readonly boolean[] =>
  [...kept(project).keys()].map((name) => readFileSync(join(keptIn(project), name)).readUInt32LE(4) === 1);

describe('the compiled code of a start', () => {
  test('is kept for this user alone, and used as it is by the next start', async () => {
    await using project = await projectWith();
    expect(await up(project)).toMatchObject(RUNS);
    const first = kept(project);
    const names = [...first.keys()].map((name) => name.replace(/-[\w-]{8}\.cjs-v[\d.]+-\w+$/, ''));
    expect(names).toEqual(['main', 'read-here', 'rolldown-runtime', 'run-pod', 'zod']);
    expect(statSync(keptIn(project)).mode & 0o777).toBe(0o700);
    for (const name of first.keys()) expect(statSync(join(keptIn(project), name)).mode & 0o777).toBe(0o600);
    expect(await up(project)).toMatchObject(RUNS);
    expect(kept(project)).toEqual(first);
  });

  test('has the functions that ran, which are more than those that V8 compiles first', async () => {
    await using project = await projectWith();
    await up(project);
    const chunks = fileURLToPath(new URL('../../dist/chunks', import.meta.url));
    const [file = ''] = readdirSync(chunks).filter((name) => /^run-pod-.*\.cjs$/.test(name));
    const script = new Script(Module.wrap(readFileSync(join(chunks, file), 'latin1')));
    expect(statSync(largestOf(project)).size).toBeGreaterThan(2 * script.createCachedData().length);
  });

  test('is kept once more by a pod that lasts, with what it needs', async () => {
    await using project = await projectWith(
      configFile({ primary: { command: 'echo it runs; exec sleep 1000' } }),
    );
    await runToEnd(['check'], project.folder, { XDG_CACHE_HOME: project.path('cache') });
    const first = kept(project);
    expect(new Set(lengthsIn(project))).toEqual(new Set([false]));
    await using cli = new CommandLine(['up', '--ui', 'plain'], project.folder, {
      XDG_CACHE_HOME: project.path('cache'),
    });
    await eventually('what a long run keeps', () => lengthsIn(project).filter(Boolean).length > 2);
    for (const name of ['main', 'run-pod']) {
      const [file = ''] = [...kept(project).keys()].filter((each) => each.startsWith(name));
      expect(kept(project).get(file)).not.toBe(first.get(file));
    }
    const long = kept(project);
    cli.signal('SIGTERM');
    await cli.exitCode();
    expect(kept(project)).toEqual(long);
  });

  test.each<[damage: string, to: (bytes: Buffer) => Buffer]>([
    ['was cut off', (bytes) => bytes.subarray(0, bytes.length - SECTOR)],
    ['is empty', () => Buffer.alloc(0)],
    ['is shorter than its head', (bytes) => bytes.subarray(0, HEAD_BYTES - 1)],
    ['has a page of zeros', (bytes) => Buffer.from(bytes).fill(0, 8 * SECTOR, 16 * SECTOR)],
    ['ends in zeros', (bytes) => Buffer.from(bytes).fill(0, bytes.length - 16 * SECTOR)],
    ['is something else', (bytes) => Buffer.alloc(bytes.length, 'no code ')],
  ])('is compiled again if a file %s', async (_, damage) => {
    await using project = await projectWith();
    await up(project);
    const path = largestOf(project);
    const before = readFileSync(path);
    writeFileSync(path, damage(before));
    expect(await up(project)).toMatchObject(RUNS);
    expect(Math.abs(statSync(path).size - before.length)).toBeLessThan(before.length / 10);
    const mended = kept(project);
    expect(await up(project)).toMatchObject(RUNS);
    expect(kept(project)).toEqual(mended);
  });

  test('of a Node with other options is compiled again', async () => {
    await using project = await projectWith();
    await up(project);
    const inode = statSync(largestOf(project)).ino;
    expect(await up(project, { NODE_OPTIONS: '--stack-trace-limit=20' })).toMatchObject(RUNS);
    expect(statSync(largestOf(project)).ino).not.toBe(inode);
  });

  test('is forgotten in the order of its age', async () => {
    await using project = await projectWith();
    await up(project);
    const needed = [...kept(project).keys()];
    for (let at = 0; at < 40; at++)
      await project.write(`cache/sidecarctl/code/old-${at}.cjs-v20.0.0-x64`, '');
    await project.write('cache/sidecarctl/code/mine.txt', '');
    writeFileSync(largestOf(project), '');
    await up(project);
    expect(readdirSync(keptIn(project))).toHaveLength(25 + 1);
    for (const name of needed.filter((each) => each.startsWith('run-pod')))
      expect(existsSync(join(keptIn(project), name))).toBe(true);
  });

  test.each<[what: string, env: (project: Project) => Record<string, string>]>([
    ['Node is to keep none', () => ({ NODE_DISABLE_COMPILE_CACHE: '1' })],
    ['others may write to the folder', ({ folder }) => ({ XDG_CACHE_HOME: join(folder, 'open') })],
  ])('is not kept if %s', async (_, env) => {
    await using project = await projectWith();
    await mkdir(project.path('open'));
    chmodSync(project.path('open'), 0o777);
    expect(await up(project, env(project))).toMatchObject(RUNS);
    expect(existsSync(keptIn(project))).toBe(false);
    expect(readdirSync(project.path('open'))).toEqual([]);
  });

  test('is not kept behind a symlink, where nothing is deleted', async () => {
    await using project = await projectWith();
    await mkdir(project.path('cache/sidecarctl'), { mode: 0o700 });
    for (let at = 0; at < 40; at++) await project.write(`precious/old-${at}.cjs-v20.0.0-x64`, '');
    symlinkSync(project.path('precious'), keptIn(project));
    expect(await up(project)).toMatchObject(RUNS);
    expect(readdirSync(project.path('precious'))).toHaveLength(40);
  });

  test('is not kept where a file is in the way of the folder', async () => {
    await using project = await projectWith();
    await mkdir(project.path('cache/sidecarctl'), { mode: 0o700 });
    await project.write('cache/sidecarctl/code', 'mine');
    expect(await up(project)).toMatchObject(RUNS);
    expect(readFileSync(keptIn(project), 'utf8')).toBe('mine');
  });
});
