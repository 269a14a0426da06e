import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CommandSpec } from '../../../src/model/pod-spec.ts';
import { WAIT_LIMIT_MS } from '../../support/deadline.ts';
import {
  attempt,
  expectNothingBeyond,
  isAlive,
  openHandles,
  runIn,
  temporaryFolder,
} from './probe-context.ts';

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(() => rm(folder, { recursive: true }));

const probe = (command: CommandSpec, timeout?: number, signal = new AbortController().signal) =>
  attempt({ kind: 'exec', command }, timeout, { run: runIn(folder), signal });

const shell = (line: string): CommandSpec => ({ kind: 'shell', line });
const direct = (file: string, ...args: string[]): CommandSpec => ({ kind: 'direct', file, args });

const pidsIn = async (path: string): Promise<number[]> =>
  (await readFile(path, 'utf8')).trim().split(/\s+/).filter(Boolean).map(Number);

test('exit 0 is a success', async () => {
  expect(await probe(direct('true'))).toEqual({ ok: true, message: 'exit code 0' });
});

test('another exit code is a failure with the last line of output, without colours', async () => {
  expect(await probe(shell("echo one; printf '\\033[31mno route\\033[0m\\n\\n' >&2; exit 3"))).toEqual({
    ok: false,
    message: 'exit code 3: no route',
  });
  expect(await probe(direct('false'))).toEqual({ ok: false, message: 'exit code 1' });
});

test('a death by signal is a failure', async () => {
  expect(await probe(shell('kill -SEGV $$'))).toEqual({ ok: false, message: 'killed by SIGSEGV' });
});

test('a command that does not exist is a failure', async () => {
  const message = 'command not found: no-such-command';
  expect(await probe(direct('no-such-command'))).toEqual({ ok: false, message });
});

test('a timeout is a failure that leaves no process behind', async () => {
  const pids = join(folder, 'timeout-pids');
  const line = `sleep 300 & echo $! $$ > ${pids}; wait`;
  expect(await probe(shell(line), 1500)).toEqual({ ok: false, message: 'timed out after 1.5s' });
  const started = await pidsIn(pids);
  expect(started).toHaveLength(2);
  await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), WAIT_LIMIT_MS);
});

test('an abort is a failure that leaves no process behind', async () => {
  const pids = join(folder, 'abort-pids');
  const controller = new AbortController();
  const running = probe(shell(`sleep 300 & echo $! $$ > ${pids}; wait`), 60_000, controller.signal);
  const started = await vi.waitFor(async () => {
    const found = await pidsIn(pids);
    expect(found).toHaveLength(2);
    return found;
  }, WAIT_LIMIT_MS);
  controller.abort();
  expect(await running).toEqual({ ok: false, message: 'aborted' });
  await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), WAIT_LIMIT_MS);
});

test('neither a timer nor a pipe is left', async () => {
  const before = openHandles();
  await probe(direct('true'), 60_000);
  await expectNothingBeyond(before);
});
