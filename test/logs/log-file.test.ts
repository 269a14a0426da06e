import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Backpressure } from '../../src/logs/backpressure.ts';
import { LOG_LIMITS, type LogFailure, LogFile, type LogLimits } from '../../src/logs/log-file.ts';
import { Project } from '../support/project.ts';

const open = (project: Project, run = 'run', limits: LogLimits = LOG_LIMITS, state = '') => {
  const failures: LogFailure[] = [];
  const backpressure = new Backpressure();
  const file = new LogFile({
    within: project.folder,
    folder: project.path(state, 'logs', 'app'),
    run,
    order: () => [run],
    backpressure,
    limits,
    onFailure: (failure) => failures.push(failure),
  });
  return { file, failures, backpressure };
};

const textOf = (project: Project, name: string) => readFile(project.path('logs', 'app', name), 'latin1');
const namesIn = async (project: Project) =>
  (await readdir(project.path('logs', 'app'))).filter((name) => !name.endsWith('.times')).sort();

describe('LogFile', () => {
  it('has every byte in the file when append returns', async () => {
    await using project = await Project.create();
    const { file } = open(project);
    file.append(Buffer.from([0x61, 0xff, 0x0d, 0x0a]));
    file.append(Buffer.from('unfinished'));
    expect(await textOf(project, 'run.log')).toBe('a\u00ff\r\nunfinished');
    await file.close();
  });

  it('makes nothing for a process that writes nothing', async () => {
    await using project = await Project.create();
    const { file } = open(project);
    file.append(Buffer.alloc(0));
    file.endLine();
    await file.close();
    expect(await readdir(project.folder)).toEqual([]);
  });

  it('ends an unfinished line when its process has ended, and no other', async () => {
    await using project = await Project.create();
    const { file } = open(project);
    file.endLine();
    file.append(Buffer.from('one'));
    file.endLine();
    file.endLine();
    file.append(Buffer.from('two\n'));
    file.endLine();
    await file.close();
    expect(await textOf(project, 'run.log')).toBe('one\ntwo\n');
  });

  it('goes on in a new file between two lines, keeps the newest and never cuts a line', async () => {
    await using project = await Project.create();
    const { file, failures } = open(project, 'run', { fileBytes: 10, files: 3, runs: 5, slowMs: 20 });
    for (const piece of ['aaaa\nbbbbb', 'b\ncc', 'cc\nddddddd\n', 'eeeee\nfffffff\n', 'gggggggggg\n', 'h'])
      file.append(Buffer.from(piece));
    await file.close();
    expect(failures).toEqual([]);
    expect(await namesIn(project)).toEqual(['run.1.log', 'run.2.log', 'run.log']);
    expect(await textOf(project, 'run.2.log')).toBe('eeeee\nfffffff\n');
    expect(await textOf(project, 'run.1.log')).toBe('gggggggggg\n');
    expect(await textOf(project, 'run.log')).toBe('h');
  });

  it('keeps the newest runs and removes only what is named like a log of a run', async () => {
    await using project = await Project.create();
    await mkdir(project.path('logs', 'app'), { recursive: true });
    const [first, second, third, own] = [1, 2, 3, 4].map((day) => `2026110${day}T100000Z-ea732e1${day}`);
    const kept = [`${third}.log`, `${third}.2.log`, 'server.log', '1.log', 'notes.txt'];
    for (const name of [`${first}.log`, `${first}.1.log`, `${second}.log`, `${first}.times`, ...kept])
      await writeFile(project.path('logs', 'app', name), name);
    const { file } = open(project, own, { fileBytes: 10, files: 3, runs: 2, slowMs: 20 });
    file.append(Buffer.from('new\n'));
    await file.close();
    expect(await namesIn(project)).toEqual([...kept, `${own}.log`].sort());
    expect(await readdir(project.path('logs', 'app'))).not.toContain(`${first}.times`);
  });

  it.each(['.sidecarctl', '.sidecarctl/logs', '.sidecarctl/logs/app'])(
    'leaves what lies behind a symlink at %s alone, also when it comes during the run',
    async (replaced) => {
      await using project = await Project.create();
      const limits = { fileBytes: 10, files: 1, runs: 1, slowMs: 20 };
      const { file, failures } = open(project, 'run', limits, '.sidecarctl');
      file.append(Buffer.from('before it came\n'));
      const inFolder = relative(replaced, '.sidecarctl/logs/app');
      const kept = ['20261101T100000Z-ea732e11.log', 'run.log', 'run.1.log', 'run.times'];
      for (const name of kept) await project.write(join('precious', inFolder, name), name);
      await rename(project.path(replaced), project.path('aside'));
      await symlink(project.path('precious'), project.path(replaced));
      file.append(Buffer.from('and after it\n'));
      await file.close();
      expect(failures.map(({ message }) => message)).toEqual([
        `ENOTDIR: ${project.path(replaced)} is a symlink to ${project.path('precious')}`,
      ]);
      for (const name of kept)
        expect(await readFile(project.path('precious', inFolder, name), 'utf8')).toBe(name);
      expect(await readdir(project.path('precious', inFolder))).toEqual(kept.sort());
    },
  );

  it('does not write through a symlink in place of its folder', async () => {
    await using project = await Project.create();
    await mkdir(project.path('elsewhere'));
    await mkdir(project.path('logs'));
    await symlink(project.path('elsewhere'), project.path('logs', 'app'));
    const { file, failures } = open(project);
    file.append(Buffer.from('line\n'));
    expect(failures.map(({ message }) => message)).toEqual([
      `ENOTDIR: ${project.path('logs', 'app')} is a symlink to ${project.path('elsewhere')}`,
    ]);
    expect(await readdir(project.path('elsewhere'))).toEqual([]);
  });

  it('fails once when it cannot be written, and takes no more', async () => {
    await using project = await Project.create({ logs: 'a file in place of the folder' });
    const { file, failures } = open(project);
    file.append(Buffer.from('one\n'));
    file.append(Buffer.from('two\n'));
    file.endLine();
    await file.close();
    expect(failures).toHaveLength(1);
  });

  describe('on a disk that cannot keep up', () => {
    const SLOW: LogLimits = { fileBytes: 1_000_000, files: 3, runs: 5, slowMs: -1 };
    const block = Buffer.from(`${'x'.repeat(999)}\n`.repeat(100));

    it('queues what comes, holds the processes back and loses nothing', async () => {
      await using project = await Project.create();
      const { file, failures, backpressure } = open(project, 'run', SLOW);
      for (let blocks = 0; blocks < 25; blocks++) file.append(block);
      expect(backpressure.isPaused).toBe(true);
      file.append(Buffer.from('unfinished'));
      file.endLine();
      await file.close();
      expect({ failures, isHeld: backpressure.isPaused }).toEqual({ failures: [], isHeld: false });
      const texts = await Promise.all(
        ['run.2.log', 'run.1.log', 'run.log'].map((name) => textOf(project, name)),
      );
      expect(texts.map((text) => text.length)).toEqual([1_000_000, 1_000_000, 500_011]);
      expect(texts[2]?.endsWith('x\nunfinished\n')).toBe(true);
    });

    it('keeps what waits, whatever becomes of the memory it came in', async () => {
      await using project = await Project.create();
      const { file } = open(project, 'run', SLOW);
      const memory = Buffer.from('line 0\n');
      for (let number = 0; number < 10; number += 1) {
        memory.write(`line ${number}\n`);
        file.append(memory);
      }
      await file.close();
      const lines = Array.from({ length: 10 }, (_, number) => `line ${number}\n`);
      expect(await textOf(project, 'run.log')).toBe(lines.join(''));
    });

    it('lets the processes go when it fails', async () => {
      await using project = await Project.create();
      const { file, failures, backpressure } = open(project, 'run', SLOW);
      file.append(block);
      // In the way when the files move on.
      await writeFile(project.path('logs', 'app', 'run.2.log'), '');
      await mkdir(project.path('logs', 'app', 'run.3.log'));
      for (let blocks = 0; blocks < 25; blocks++) file.append(block);
      expect(backpressure.isPaused).toBe(true);
      await file.close();
      expect({ failures: failures.length, isHeld: backpressure.isPaused }).toEqual({
        failures: 1,
        isHeld: false,
      });
    });
  });
});

describe('LogFile that was deleted', () => {
  it('begins a new file at the next output once it is told', async () => {
    await using project = await Project.create();
    const { file, failures } = open(project);
    file.append(Buffer.from('one\n'));
    await rm(project.path('logs'), { recursive: true });
    file.reopenIfLost();
    file.append(Buffer.from('two\n'));
    expect(await textOf(project, 'run.log')).toBe('two\n');
    await file.close();
    expect(failures).toEqual([]);
  });

  it('notices by itself a second later', async () => {
    await using project = await Project.create();
    const { file, failures } = open(project);
    file.append(Buffer.from('one\n'));
    await rm(project.path('logs'), { recursive: true });
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 1_100);
    file.append(Buffer.from('two\n'));
    clock.mockRestore();
    expect(await textOf(project, 'run.log')).toBe('two\n');
    await file.close();
    expect(failures).toEqual([]);
  });

  it('keeps what a process of this name has written before it came back', async () => {
    await using project = await Project.create();
    for (const text of ['one\n', 'two\n']) {
      const { file, failures } = open(project);
      file.append(Buffer.from(text));
      await file.close();
      expect(failures).toEqual([]);
    }
    expect([await textOf(project, 'run.1.log'), await textOf(project, 'run.log')]).toEqual([
      'one\n',
      'two\n',
    ]);
  });
});
