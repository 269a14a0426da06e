import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import type { ProbeTarget } from '../../../src/model/pod-spec.ts';
import { attemptProbe } from '../../../src/runtime/probes/attempt-probe.ts';
import { WAIT_LIMIT_MS } from '../../support/deadline.ts';
import {
  attempt,
  closedPort,
  contextOf,
  environment,
  killGroup,
  listen,
  openHandles,
  probeOf,
  runIn,
} from './probe-context.ts';

const saying = (notified: boolean, lines: readonly string[] = []) => ({
  pushed: {
    notified,
    matched: (pattern: string | RegExp) => lines.some((line) => line.match(pattern) !== null),
  },
});

test('a log probe answers from what was printed so far', async () => {
  const target: ProbeTarget = { kind: 'log', pattern: /ready/ };
  expect(await attempt(target)).toEqual({ ok: false, message: 'no line has matched yet' });
  expect(await attempt(target, 1000, saying(false, ['ready']))).toEqual({
    ok: true,
    message: 'a line matched',
  });
});

test('a notify probe answers from what was notified so far', async () => {
  expect(await attempt({ kind: 'notify' })).toEqual({ ok: false, message: 'no notification yet' });
  expect(await attempt({ kind: 'notify' }, 1000, saying(true))).toEqual({ ok: true, message: 'notified' });
});

test.runIf(process.platform === 'linux')(
  'an attempt within this machine has a result at once, and waits only for a search',
  async () => {
    const server = createServer();
    const spec = probeOf({ kind: 'tcp', host: '127.0.0.1', port: await listen(server) });
    const found = { ok: true, finding: { kind: 'connected' } };
    expect(attemptProbe(spec, contextOf({ whoElse: () => null }))).toEqual(found);
    const search = attemptProbe(spec, contextOf({ whoElse: async () => null }));
    expect(search).toBeInstanceOf(Promise);
    expect(await search).toEqual(found);
    server.close();
  },
);

test('a search for who has answered is cut off by the timeout', async () => {
  const server = createServer();
  const target: ProbeTarget = { kind: 'tcp', host: '127.0.0.1', port: await listen(server) };
  const endless = () => new Promise<null>(() => undefined);
  expect(await attempt(target, 20, { whoElse: endless })).toMatchObject({ ok: false });
  server.close();
});

test('an attempt with a timeout of 1000 hours is not cut off at once', async () => {
  const exec: ProbeTarget = { kind: 'exec', command: { kind: 'shell', line: 'sleep 0.1' } };
  expect(await attempt(exec, 1_000 * 3_600_000)).toMatchObject({ ok: true });
});

test('an attempt after the abort is not made', async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end();
  });
  const url = `http://127.0.0.1:${await listen(server)}/`;
  const target: ProbeTarget = { kind: 'http', url, headers: {}, status: null };
  const result = await attempt(target, 1000, { signal: AbortSignal.abort() });
  expect(result).toEqual({ ok: false, message: 'aborted' });
  expect(requests).toBe(0);
  server.close();
});

test('an abort ends an attempt at once and leaves no timer', async () => {
  const server = createServer();
  const url = `http://127.0.0.1:${await listen(server)}/`;
  const controller = new AbortController();
  const before = openHandles().filter((name) => name === 'Timeout');
  const running = attempt({ kind: 'http', url, headers: {}, status: null }, 60_000, {
    signal: controller.signal,
  });
  controller.abort();
  expect(await running).toEqual({ ok: false, message: 'aborted' });
  expect(openHandles().filter((name) => name === 'Timeout')).toEqual(before);
  server.closeAllConnections();
  server.close();
});

test('a signal that outlives many attempts collects no listeners', async () => {
  const server = createServer((_request, response) => response.end());
  const port = await listen(server);
  const { signal } = new AbortController();
  const targets: ProbeTarget[] = [
    { kind: 'http', url: `http://127.0.0.1:${port}/`, headers: {}, status: null },
    { kind: 'tcp', host: '127.0.0.1', port },
    { kind: 'exec', command: { kind: 'shell', line: 'true' } },
    { kind: 'grpc', host: '127.0.0.1', port, service: '' },
    { kind: 'file', path: '/' },
  ];
  await Promise.all(targets.map((target) => attempt(target, 5000, { signal })));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  server.close();
});

test('a kill that never ends does not hold the answer back', async () => {
  const pids: number[] = [];
  const killTree = (pid: number) => {
    pids.push(pid);
    return new Promise<void>(() => {});
  };
  const command = { kind: 'direct', file: 'sleep', args: ['300'] } as const;
  try {
    const result = await attempt({ kind: 'exec', command }, 100, { run: runIn('/', killTree) });
    expect(result).toEqual({ ok: false, message: 'timed out after 100ms' });
    await vi.waitFor(() => expect(pids).toHaveLength(1), WAIT_LIMIT_MS);
  } finally {
    for (const pid of pids) await killGroup(pid);
  }
});

test('a process that has probed every kind of target ends by itself', async () => {
  const server = createServer((_request, response) => response.end());
  const port = await listen(server);
  const closed = await closedPort();
  const targets: ProbeTarget[] = [
    { kind: 'http', url: `http://127.0.0.1:${port}/`, headers: {}, status: null },
    { kind: 'tcp', host: '127.0.0.1', port },
    { kind: 'exec', command: { kind: 'shell', line: 'true' } },
    { kind: 'grpc', host: '127.0.0.1', port, service: '' },
    { kind: 'grpc', host: '127.0.0.1', port: closed, service: '' },
    { kind: 'file', path: '/' },
  ];
  const source = (path: string) =>
    JSON.stringify(new URL(`../../../src/runtime/${path}.ts`, import.meta.url).href);
  const specs = targets.map((target) => probeOf(target, 60_000));
  const script = `
    const { attemptProbe } = await import(${source('probes/attempt-probe')});
    const { runCommand } = await import(${source('launch/run-command')});
    const whoElse = async () => null;
    const run = (command, options) => runCommand({ ...options, command, cwd: '/', env: process.env });
    const context = { run, signal: new AbortController().signal, whoElse };
    const results = await Promise.all(${JSON.stringify(specs)}.map((spec) => attemptProbe(spec, context)));
    process.stdout.write(results.map(({ ok }) => ok).join());`;
  const child = await execa(process.execPath, ['--input-type=module', '-e', script], {
    env: environment,
    timeout: WAIT_LIMIT_MS,
    reject: false,
  });
  expect(child.stderr).toBe('');
  expect(child.stdout).toBe('true,true,true,false,false,true');
  expect(child.timedOut).toBe(false);
  server.close();
}, 30_000);
