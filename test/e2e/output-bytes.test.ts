import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLI, CommandLine, cleanEnvironment } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import { NumberedOutput } from '../support/numbered-output.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const support = (file: string) => fileURLToPath(new URL(`../support/${file}`, import.meta.url));
const numbered = (lines: number) => [process.execPath, support('numbered-lines.mjs'), String(lines)];
const odd = [process.execPath, support('odd-output.mjs')];

const openProject = (config: object): Promise<Project> =>
  Project.create({ 'sidecars.config.mjs': configFile({ name: 'shop', ...config }) });

const startPlain = (project: Project): ChildProcess =>
  spawn(process.execPath, [CLI, 'up', '--ui', 'plain'], {
    cwd: project.folder,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** All that `up` shows of numbered lines. */
const collect = async (run: ChildProcess): Promise<NumberedOutput> => {
  const seen = new NumberedOutput();
  run.stdout?.on('data', (chunk: Buffer) => seen.take(chunk));
  run.stdout?.resume();
  await withDeadline('sidecarctl to end', once(run, 'close'), () => `${seen.bytes} bytes so far`);
  return seen;
};

describe('the output of processes', () => {
  it('is complete and in order: a million lines of one that then exits at once', async () => {
    await using project = await openProject({ primary: { command: numbered(1_000_000) } });
    const seen = await collect(startPlain(project));
    expect(seen.wrong).toEqual([]);
    expect(Object.fromEntries(seen.counts)).toEqual({ primary: 1_000_000 });
  });

  it('is complete when its reader pauses for longer than the queue can hold', async () => {
    await using project = await openProject({ primary: { command: numbered(300_000) } });
    const run = startPlain(project);
    const first = await withDeadline('the first bytes', once(run.stdout as NodeJS.ReadableStream, 'data'));
    run.stdout?.pause();
    const probe = await runToEnd(['--version'], project.folder);
    expect(probe.code).toBe(0);
    run.stdout?.unshift(first[0]);
    const seen = await collect(run);
    expect(seen.wrong).toEqual([]);
    expect(Object.fromEntries(seen.counts)).toEqual({ primary: 300_000 });
  });

  it('is complete and in order for each of twenty at once', async () => {
    const init = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`writer-${index}`, { command: numbered(20_000) }]),
    );
    await using project = await openProject({ init, primary: { command: ['true'] } });
    const seen = await collect(startPlain(project));
    expect(seen.wrong).toEqual([]);
    expect(Object.fromEntries(seen.counts)).toEqual(
      Object.fromEntries(Object.keys(init).map((name) => [name, 20_000])),
    );
  });

  it('is told before the exit of the one that wrote 100 KB and exited at once', async () => {
    await using project = await openProject({ primary: { command: numbered(1_000) } });
    const { stdout } = await runToEnd(['up', '--ui', 'json'], project.folder);
    const events = stdout.trim().split('\n');
    const lastLine = events.findLastIndex((event) => event.includes('"type":"log"'));
    const exit = events.findIndex((event) => event.includes('"exitCode"'));
    expect(events.filter((event) => event.includes('"type":"log"'))).toHaveLength(1_000);
    expect(exit).toBeGreaterThan(lastLine);
  });

  it('keeps every byte: invalid UTF-8, carriage returns, long and unfinished lines', async () => {
    await using project = await openProject({ primary: { command: odd } });
    const run = startPlain(project);
    const chunks: Buffer[] = [];
    run.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    await withDeadline('sidecarctl to end', once(run, 'close'));
    const prefix = Buffer.from('primary    | ');
    const expected = Buffer.concat([
      ...[prefix, Buffer.from([0x61, 0xff, 0xfe, 0x0a])],
      ...[prefix, Buffer.from('10%\r20%\r\n')],
      ...[prefix, Buffer.from('€\n')],
      ...[prefix, Buffer.from(`${'y'.repeat(65_536)}\n`), prefix, Buffer.from(`${'y'.repeat(34_464)}\n`)],
      ...[prefix, Buffer.from('unfinished\n')],
    ]);
    expect(Buffer.concat(chunks).equals(expected)).toBe(true);
  });

  it('marks the pieces of a line longer than 64 KiB, and an unfinished one, as partial', async () => {
    await using project = await openProject({ primary: { command: odd } });
    await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
    await run.exit();
    const lines = run.events
      .filter(({ type }) => type === 'log')
      .map((event) => [event['stream'], (event['line'] as string).length, event['partial'] ?? false]);
    expect(lines.filter(([stream]) => stream === 'stdout').slice(3)).toEqual([
      ['stdout', 65_536, true],
      ['stdout', 34_464, false],
      ['stdout', 10, true],
    ]);
    expect(lines.filter(([stream]) => stream === 'stderr')).toEqual([['stderr', 9, false]]);
  });

  it('comes through /dev/stdout and /dev/stderr too, and keeps its order with the rest', async () => {
    const command = 'echo one; echo two > /dev/stdout; echo three; echo four > /dev/stderr';
    await using project = await openProject({ primary: { command } });
    const { code, stdout, stderr } = await runToEnd(['up', '--ui', 'plain'], project.folder);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'primary    | one\nprimary    | two\nprimary    | three\n',
    });
    expect(stderr).toContain('primary    | four\n');
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'comes through /dev/stdout opened by another user, which a process may have become',
    async () => {
      const become = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const script = 'echo one > /dev/stdout; echo two > /dev/stderr';
      await using project = await openProject({ primary: { command: [...become, 'sh', '-c', script] } });
      const { code, stdout, stderr } = await runToEnd(['up', '--ui', 'plain'], project.folder);
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'primary    | one\n' });
      expect(stderr).toContain('primary    | two\n');
    },
  );

  it('of a restart begins anew: an unfinished line of the run before does not run into it', async () => {
    const command = `if [ -e second ]; then echo two; sleep 600; else touch second; printf one; fi`;
    await using project = await openProject({
      sidecars: { twice: { command } },
      primary: { command: ['sleep', '600'], dependsOn: [] },
    });
    await using run = new CommandLine(['up', '--ui', 'plain'], project.folder);
    await run.output(/two/);
    run.signal('SIGTERM');
    await run.exit();
    expect(run.stdout).toBe('twice      | one\ntwice      | two\n');
  });
});
