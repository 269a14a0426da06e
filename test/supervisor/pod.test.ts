import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PodRequest, PodSnapshot, RequestOutcome } from '../../src/control/pod-client.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { RunningPod } from './running-pod.ts';

const sleeper = ['sleep', '600'];

describe('the snapshot', () => {
  test('says what runs, what waits, and for whom', async () => {
    await using running = await RunningPod.start({
      name: 'shop',
      sidecars: {
        db: { command: sleeper, readiness: { file: 'ready' }, description: 'keeps the goods' },
        spare: { command: sleeper, autostart: false },
      },
      primary: {
        name: 'web',
        command: sleeper,
        dependsOn: ['db'],
        ports: { http: 'auto' },
        readiness: false,
      },
    });
    await running.is('db', 'running');
    const { snapshot } = running.client;
    expect(snapshot).toMatchObject({ name: 'shop', state: 'starting', mode: 'library', pid: process.pid });
    expect(running.process('db')).toMatchObject({ role: 'sidecar', description: 'keeps the goods' });
    expect(running.process('web')).toMatchObject({ state: 'pending', waitsFor: ['db'], pid: null });
    expect(running.process('web').why).toBe('waiting for db to be ready (it is running)');
    expect(running.process('web').ports[0]).toMatchObject({ name: 'http', protocol: 'tcp' });
    expect(running.process('spare')).toMatchObject({ state: 'stopped', wanted: false });
    await running.project.write('ready', '');
    await running.is('web', 'ready');
    expect(running.client.snapshot.state).toBe('running');
  });

  test('is a new object only when something in it has changed', async () => {
    await using running = await RunningPod.start({
      primary: { command: sleeper, liveness: { exec: ['true'], period: '10ms' } },
    });
    await running.is('primary', 'ready');
    await eventually('a first result', async () => {
      const details = await running.client.details('primary');
      return details?.probes[0]?.ok === true;
    });
    const before = running.client.snapshot;
    await new Promise((resolve) => setImmediate(resolve));
    expect(running.client.snapshot).toBe(before);
  });

  test('tells of each change, and the last one tells the end', async () => {
    await using running = await RunningPod.open({ primary: { command: 'exit 3' } });
    const seen: PodSnapshot[] = [];
    running.client.onChange(() => seen.push(running.client.snapshot));
    running.pod.start(null);
    expect(await withDeadline('the end', running.pod.ended)).toBe(3);
    await eventually('the last snapshot', () => seen.at(-1)?.state === 'stopped');
    expect(seen.at(-1)).toMatchObject({ exitCode: 3, reason: 'primary exited with code 3' });
    expect(seen.at(-1)?.processes[0]?.lastExit).toMatchObject({ code: 3, text: 'exited with code 3' });
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('joins with the events that come after it', async () => {
    await using running = await RunningPod.start({
      sidecars: { db: { command: sleeper } },
      primary: { command: sleeper },
    });
    await running.is('primary', 'ready');
    const { seq } = running.client.snapshot;
    expect(running.pod.events.since(0).map((event) => event.seq)).toEqual(
      Array.from({ length: seq }, (_, at) => at + 1),
    );
    expect(running.pod.events.since(seq)).toEqual([]);
    await running.client.request({ type: 'stop', process: 'db' });
    expect(running.pod.events.since(seq)[0]).toMatchObject({ seq: seq + 1, name: 'db', state: 'stopping' });
    expect(running.client.snapshot.seq).toBe(running.pod.events.last);
  });
});

describe('requests', () => {
  test('stop, start, restart and kill a process', async () => {
    await using running = await RunningPod.start({
      sidecars: { db: { command: sleeper } },
      primary: { command: sleeper },
    });
    await running.is('db', 'ready');
    const first = running.process('db').pid;
    await running.client.request({ type: 'stop', process: 'db' });
    await running.is('db', 'stopped');
    await running.client.request({ type: 'start', process: 'db' });
    await running.is('db', 'ready');
    expect(running.process('db').pid).not.toBe(first);
    await running.client.request({ type: 'kill', process: 'db' });
    await running.is('db', 'stopped');
    expect(running.process('db').lastExit?.signal).toBe('SIGKILL');
    await running.client.request({ type: 'restart', process: 'db' });
    await running.is('db', 'ready');
  });

  test('that cannot be carried out say why', async () => {
    await using running = await RunningPod.start({
      init: { seed: { command: 'true' } },
      primary: { command: sleeper },
    });
    await running.is('primary', 'ready');
    expect(await running.client.request({ type: 'stop', process: 'sead' })).toEqual({
      ok: false,
      message: 'there is no process sead (did you mean seed?); there are seed, primary',
    });
    expect(await running.client.request({ type: 'start', process: 'seed' })).toMatchObject({ ok: false });
  });

  test('that come while others wait get the answer of their own turn', async () => {
    await using running = await RunningPod.start({
      sidecars: { db: { command: sleeper } },
      primary: { command: sleeper },
    });
    await running.is('primary', 'ready');
    const answers: Promise<RequestOutcome>[] = [];
    const ask = (request: PodRequest) => answers.push(running.client.request(request));
    const done = running.pod.attach({
      // In the midst of a decision: what is asked now waits for its turn, and finds the pod stopping.
      event: (event) => {
        if (event.type !== 'process' || event.state !== 'stopping' || answers.length > 0) return;
        ask({ type: 'stop-pod', grace: 0 });
        ask({ type: 'start', process: 'db' });
        ask({ type: 'restart-all' });
        ask({ type: 'kill-pod' });
      },
      output: () => undefined,
      notice: () => undefined,
    });
    expect(await running.client.request({ type: 'restart', process: 'db' })).toEqual({ ok: true });
    done();
    expect(await Promise.all(answers)).toEqual([
      { ok: true },
      { ok: false, message: 'cannot start db: the pod is stopping' },
      { ok: false, message: 'cannot restart: the pod is stopping' },
      { ok: true },
    ]);
  });
});

test('details have the environment with its secrets marked, the tree, probes and ends', async () => {
  await using running = await RunningPod.start({
    sidecars: { flaky: { command: 'exit 4', restart: { backoff: { initial: '1h' } } } },
    primary: {
      command: 'sleep 600; true',
      env: { API_KEY: 'k', DB: 'postgres://u:p@h/db', KEYBOARD: 'de' },
      readiness: { exec: ['true'] },
      dependsOn: [],
    },
  });
  await running.is('primary', 'ready');
  await running.is('flaky', 'backoff');
  const details = await running.client.details('primary');
  const secret = details?.env.filter(({ isSecret }) => isSecret).map(({ name }) => name);
  expect(secret).toEqual(['API_KEY', 'DB']);
  expect(details?.command).toBe('sleep 600; true');
  expect(details?.probes).toMatchObject([{ probe: 'readiness', target: 'exec true every 1s', ok: true }]);
  expect(details?.tree[0]?.pid).toBe(running.process('primary').pid);
  expect(details?.tree.map(({ command }) => command)).toContain('sleep 600');
  const flaky = await running.client.details('flaky');
  expect(flaky?.exits).toMatchObject([{ code: 4 }, { code: 4 }]);
  expect(flaky?.explanation.join(' ')).toMatch(/^flaky exited with code 4 \S+ ago; restart 2 in /);
  expect(await running.client.details('nobody')).toBeNull();
});

test('output is there by process and merged, in the order it came', async () => {
  await using running = await RunningPod.start({
    init: { one: { command: 'echo first; echo second' } },
    primary: { command: 'echo third; sleep 600' },
  });
  const textOf = (name: string | null) =>
    running.client
      .log(name)
      .before(Infinity, 10)
      .map(({ process, line }) => `${process} ${line}`);
  await eventually('all output', () => running.client.log(null).count === 3);
  expect(textOf(null)).toEqual(['one first', 'one second', 'primary third']);
  expect(textOf('one')).toEqual(['one first', 'one second']);
  expect(running.process('one').logFile).toMatch(/\.sidecarctl\/logs\/one\/.*\.log$/);
});

test('usage is measured while somebody listens', async () => {
  await using running = await RunningPod.start({ primary: { command: sleeper } });
  await running.is('primary', 'ready');
  const first = Promise.withResolvers<number | undefined>();
  const end = running.client.onUsage((usage) => first.resolve(usage.get('primary')?.memory));
  expect(await withDeadline('a sample', first.promise)).toBeGreaterThan(0);
  end();
});

test('two pods in one process know nothing of each other, and each leaves nothing behind', async () => {
  const one = await RunningPod.start({ name: 'one', primary: { command: sleeper } });
  await using two = await RunningPod.start({ name: 'two', primary: { command: sleeper } });
  await one.is('primary', 'ready');
  await two.is('primary', 'ready');
  const { pid } = one.process('primary');
  await one[Symbol.asyncDispose]();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(two.process('primary').state).toBe('ready');
});
