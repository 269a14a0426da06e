import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test, vi } from 'vitest';
import type { HookSpec } from '../../../src/model/pod-spec.ts';
import type { ExecContext } from '../../../src/runtime/actions/exec.ts';
import { runHook as runHookForFacts } from '../../../src/runtime/hooks/run-hook.ts';
import { WAIT_LIMIT_MS } from '../../support/deadline.ts';
import { isAlive, listen, openHandles, runIn, worded } from '../probes/probe-context.ts';

const contextOf = (given: Partial<ExecContext> = {}): ExecContext => ({
  run: runIn(),
  signal: new AbortController().signal,
  ...given,
});

const runHook = async (spec: HookSpec, context: ExecContext) => worded(await runHookForFacts(spec, context));

const shell = (line: string) => ({ kind: 'exec', command: { kind: 'shell', line } }) as const;

test('a command that exits 0 is a success, any other a failure with its last words', async () => {
  expect(await runHook(shell('true'), contextOf())).toEqual({ ok: true, message: 'exit code 0' });
  expect(await runHook(shell('echo no database; exit 4'), contextOf())).toEqual({
    ok: false,
    message: 'exit code 4: no database',
  });
});

test('the output of a command can be listened to', async () => {
  const heard: string[] = [];
  const onOutput = (stream: string, chunk: Buffer) => heard.push(`${stream} ${chunk}`);
  await runHook(shell('echo out; echo err >&2'), contextOf({ onOutput }));
  expect(heard.toSorted()).toEqual(['stderr err\n', 'stdout out\n']);
});

test('the abort ends a command and its children', async () => {
  const controller = new AbortController();
  const pids = Promise.withResolvers<number[]>();
  const onOutput = (_stream: string, chunk: Buffer) => pids.resolve(`${chunk}`.trim().split(' ').map(Number));
  const running = runHook(
    shell('sleep 300 & echo $! $$; wait'),
    contextOf({ signal: controller.signal, onOutput }),
  );
  const started = await pids.promise;
  expect(started.every(isAlive)).toBe(true);
  controller.abort();
  expect(await running).toEqual({ ok: false, message: 'aborted' });
  await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), WAIT_LIMIT_MS);
});

test('a request is judged by its status', async () => {
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/ok' ? 200 : 500).end(),
  );
  const origin = `http://127.0.0.1:${await listen(server)}`;
  const get = (path: string) =>
    runHook({ kind: 'http', url: origin + path, headers: {}, status: null }, contextOf());
  expect(await get('/ok')).toEqual({ ok: true, message: 'HTTP 200' });
  expect(await get('/bad')).toEqual({ ok: false, message: 'HTTP 500' });
  server.close();
});

test('the abort drops a request that is not answered', async () => {
  const server = createServer();
  const url = `http://127.0.0.1:${await listen(server)}/`;
  const controller = new AbortController();
  const asked = once(server, 'request');
  const running = runHook(
    { kind: 'http', url, headers: {}, status: null },
    contextOf({ signal: controller.signal }),
  );
  await asked;
  controller.abort();
  expect(await running).toEqual({ ok: false, message: 'aborted' });
  server.close();
  await once(server, 'close');
});

test('a sleep lasts as long as it says', async () => {
  const begin = performance.now();
  expect(await runHook({ kind: 'sleep', duration: 120 }, contextOf())).toEqual({
    ok: true,
    message: 'slept 120ms',
  });
  expect(performance.now() - begin).toBeGreaterThanOrEqual(119);
});

test('a sleep of 1000 hours goes on until it is aborted', async () => {
  const controller = new AbortController();
  const hook = { kind: 'sleep', duration: 1_000 * 3_600_000 } as const;
  const running = runHook(hook, contextOf({ signal: controller.signal }));
  setTimeout(() => controller.abort(), 50);
  expect(await running).toEqual({ ok: false, message: 'aborted' });
});

test('the abort ends a sleep and leaves no timer', async () => {
  const controller = new AbortController();
  const before = openHandles();
  const running = runHook({ kind: 'sleep', duration: 60_000 }, contextOf({ signal: controller.signal }));
  controller.abort();
  expect(await running).toEqual({ ok: false, message: 'aborted' });
  expect(openHandles()).toEqual(before);
});

test('a hook that is aborted before its start is not run', async () => {
  const signal = AbortSignal.abort();
  expect(await runHook(shell('true'), contextOf({ signal }))).toEqual({ ok: false, message: 'aborted' });
});

test('a signal that outlives many hooks collects no listeners', async () => {
  const server = createServer((_request, response) => response.end());
  const url = `http://127.0.0.1:${await listen(server)}/`;
  const context = contextOf();
  await runHook(shell('true'), context);
  await runHook({ kind: 'http', url, headers: {}, status: null }, context);
  await runHook({ kind: 'sleep', duration: 1 }, context);
  await vi.waitFor(() => expect(getEventListeners(context.signal, 'abort')).toEqual([]), WAIT_LIMIT_MS);
  server.close();
});
