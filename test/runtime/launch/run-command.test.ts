import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CommandSpec } from '../../../src/model/pod-spec.ts';
import { type ProcessCommand, runCommand } from '../../../src/runtime/launch/run-command.ts';
import { toSpawnable } from '../../../src/runtime/launch/shell-command.ts';
import { WAIT_LIMIT_MS } from '../../support/deadline.ts';
import { environment, expectNothingBeyond, isAlive, openHandles } from '../probes/probe-context.ts';

let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sidecarctl-command-')));
});

afterAll(() => rm(folder, { recursive: true }));

const shell = (line: string): CommandSpec => ({ kind: 'shell', line });
const direct = (file: string, ...args: string[]): CommandSpec => ({ kind: 'direct', file, args });

const run = (command: CommandSpec, given: Partial<ProcessCommand> = {}) =>
  runCommand({
    command,
    cwd: folder,
    env: environment,
    signal: AbortSignal.timeout(WAIT_LIMIT_MS),
    killTree: async (pid) => void process.kill(-pid, 'SIGKILL'),
    ...given,
  });

const pidsOf = (output: string): number[] => output.trim().split(/\s+/).map(Number);

describe('the end of a command', () => {
  test('is its exit code', async () => {
    expect(await run(shell('exit 7'))).toEqual({ kind: 'exited', exitCode: 7, output: '' });
    expect(await run(direct('true'))).toEqual({ kind: 'exited', exitCode: 0, output: '' });
  });

  test('is the signal that killed it', async () => {
    expect(await run(shell('kill -KILL $$'))).toEqual({ kind: 'signalled', signal: 'SIGKILL', output: '' });
  });

  test('is the abort, and then its tree is gone', async () => {
    const controller = new AbortController();
    const onOutput = () => controller.abort();
    const result = await run(shell('sleep 300 & echo $! $$; wait'), { signal: controller.signal, onOutput });
    expect(result.kind).toBe('aborted');
    const pids = pidsOf(result.output);
    expect(pids).toHaveLength(2);
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), WAIT_LIMIT_MS);
  });

  test('waits for the kill', async () => {
    let killed = false;
    const killTree = async (pid: number): Promise<void> => {
      process.kill(-pid, 'SIGKILL');
      await vi.waitFor(() => expect(isAlive(pid)).toBe(false), WAIT_LIMIT_MS);
      killed = true;
    };
    const signal = AbortSignal.timeout(50);
    expect(await run(direct('sleep', '300'), { signal, killTree })).toMatchObject({ kind: 'aborted' });
    expect(killed).toBe(true);
  });

  test('is the abort when that came before the start', async () => {
    const result = await run(shell(`touch ${join(folder, 'started')}`), { signal: AbortSignal.abort() });
    expect(result).toEqual({ kind: 'aborted', output: '' });
  });

  test('is not held back by a child left with the output, which does not die of that', async () => {
    const ticks = join(folder, 'ticks');
    const result = await run(shell(`(while sleep 0.05; do echo tick && echo >> ${ticks}; done) & echo $!`));
    const [leftover = 0] = pidsOf(result.output);
    const countTicks = async (): Promise<number> =>
      (await readFile(ticks).catch(() => Buffer.alloc(0))).length;
    const soFar = await countTicks();
    try {
      expect(result).toMatchObject({ kind: 'exited', exitCode: 0 });
      await vi.waitFor(async () => expect(await countTicks()).toBeGreaterThan(soFar + 3), WAIT_LIMIT_MS);
    } finally {
      process.kill(leftover, 'SIGKILL');
    }
  });
});

describe('a command that cannot be started', () => {
  test('counts as 127 when it does not exist, in either form', async () => {
    const failure = { kind: 'program', file: 'no-such-command', obstacle: { kind: 'not-found' } };
    expect(await run(direct('no-such-command'))).toEqual({
      kind: 'not-started',
      code: 127,
      failure,
      output: '',
    });
    expect(await run(shell('no-such-command'))).toMatchObject({ kind: 'exited', exitCode: 127 });
    expect(await run(direct(join(folder, 'none')))).toMatchObject({ kind: 'not-started', code: 127 });
  });

  test('counts as 126 when it is not executable, in either form', async () => {
    const file = join(folder, 'plain-file');
    await writeFile(file, 'text');
    await chmod(file, 0o644);
    const failure = { kind: 'program', file, obstacle: { kind: 'not-executable', path: file } };
    expect(await run(direct(file))).toEqual({ kind: 'not-started', code: 126, failure, output: '' });
    expect(await run(shell(file))).toMatchObject({ kind: 'exited', exitCode: 126 });
  });

  test('counts as 126 when it is a directory, in either form', async () => {
    expect(await run(direct(folder))).toMatchObject({ kind: 'not-started', code: 126 });
    expect(await run(shell(folder))).toMatchObject({ kind: 'exited', exitCode: 126 });
  });

  test.each([direct('true'), shell('true')])('says that its folder is missing: %o', async (command) => {
    const cwd = join(folder, 'gone');
    const failure = { kind: 'folder-missing', path: cwd };
    expect(await run(command, { cwd })).toEqual({ kind: 'not-started', code: 126, failure, output: '' });
  });

  test('says that its folder is none', async () => {
    const cwd = join(folder, 'a-file');
    await writeFile(cwd, '');
    expect(await run(direct('true'), { cwd })).toMatchObject({
      failure: { kind: 'not-a-folder', path: cwd },
    });
  });

  test('is no exception when its name is impossible', async () => {
    expect(await run(direct('a\0b'))).toMatchObject({ kind: 'not-started', code: 126 });
  });
});

describe('the surroundings of a command', () => {
  test('are its folder and nothing but its environment', async () => {
    const { output } = await run(shell('pwd; env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD='), {
      env: { ...environment, ONLY: 'this' },
    });
    const [first, ...variables] = output.trim().split('\n');
    expect(first).toBe(folder);
    expect(variables.map((line) => line.split('=')[0]).toSorted()).toEqual(['ONLY', 'PATH']);
  });

  test('have the shell even where PATH does not', async () => {
    expect(await run(shell('exit 5'), { env: { PATH: folder } })).toMatchObject({
      kind: 'exited',
      exitCode: 5,
    });
  });

  test.runIf(process.platform === 'linux')(
    'have an empty standard input and a session of its own',
    async () => {
      const { output } = await run(shell('cat; echo $$; cut -d " " -f 6 /proc/self/stat'));
      const [pid, session] = pidsOf(output);
      expect(session).toBe(pid);
    },
  );
});

describe('the output of a command', () => {
  test('is kept for its last 4 KiB, both streams together', async () => {
    const { output } = await run(shell('seq 1 100000; echo last >&2'));
    expect(output.length).toBeLessThanOrEqual(4096);
    expect(output.length).toBeGreaterThan(4000);
    expect(output).toContain('100000\n');
    expect(output).toContain('last\n');
  });

  test('is not cut inside a character', async () => {
    const { output } = await run(shell("printf 'é%.0s' $(seq 1 3000); printf x"));
    expect(output).toMatch(/^é+x$/);
  });

  test('is handed on in full and unchanged', async () => {
    let bytes = 0;
    const streams = new Set<string>();
    const onOutput = (stream: string, chunk: Buffer): void => {
      expect(Buffer.isBuffer(chunk)).toBe(true);
      streams.add(stream);
      bytes += chunk.length;
    };
    await run(shell('head -c 3000000 /dev/zero; head -c 1000 /dev/zero >&2'), { onOutput });
    expect(bytes).toBe(3_001_000);
    expect([...streams].toSorted()).toEqual(['stderr', 'stdout']);
  });
});

test('nothing is left open after a command', async () => {
  const before = openHandles();
  await run(shell('echo done'), { signal: new AbortController().signal });
  await expectNothingBeyond(before);
});

describe('a command spec', () => {
  test('is run as it stands when it is a list', () => {
    expect(toSpawnable(direct('node', 'a b'))).toEqual({ file: 'node', args: ['a b'], verbatim: false });
  });

  test('goes to the platform’s shell when it is a line', () => {
    const line = 'echo "a b" | cat';
    expect(toSpawnable(shell(line), 'linux')).toEqual({
      file: '/bin/sh',
      args: ['-c', line],
      verbatim: false,
    });
    expect(toSpawnable(shell(line), 'win32')).toEqual({
      file: 'cmd.exe',
      args: ['/d', '/s', '/c', '"echo "a b" | cat"'],
      verbatim: true,
    });
  });
});
