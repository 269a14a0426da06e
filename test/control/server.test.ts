import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, utimesSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/control/client/connection.ts';
import { RemotePod } from '../../src/control/client/remote-pod.ts';
import type { PodSnapshot } from '../../src/control/pod-client.ts';
import { ownIdentity } from '../../src/runtime/process-tree/process-identity.ts';
import { removeDeadSockets } from '../../src/runtime/state/dead-sockets.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { Project } from '../support/project.ts';
import { ServedTestPod, textUntilClosed } from './served-pod.ts';

const GENERATOR = fileURLToPath(new URL('../support/numbered-lines.mjs', import.meta.url));
const sleeper = ['sleep', '600'];

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

describe('the control server', () => {
  test('answers what is wrong with what is wrong', async () => {
    await using pod = await ServedTestPod.start({ primary: { command: sleeper } });
    const ask = async (head: string, body = '') => {
      const socket = await pod.raw();
      socket.write(
        `${head} HTTP/1.1\r\nhost: pod\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      return textUntilClosed(socket);
    };
    const wrong: ReadonlyArray<readonly [string, string, number]> = [
      ['GET /', '', 404],
      ['GET /v2/pod', '', 404],
      ['DELETE /v1/pod', '', 404],
      ['GET /v1/processes/..%2f..', '', 404],
      ['GET /v1/processes/nobody', '', 404],
      ['GET /v1/logs?process=nobody', '', 404],
      ['GET /v1/events?since=-1', '', 400],
      ['GET /v1/events?since=1&since=2', '', 400],
      ['GET /v1/pod?unknown=1', '', 400],
      ['POST /v1/requests', '', 400],
      ['POST /v1/requests', '{"type":"restart"}', 400],
      ['POST /v1/requests', '{"type":"stop-pod","grace":-1}', 400],
      ['POST /v1/requests', '{"type":"kill-pod","by":"\\u001b[2J"}', 400],
      ['POST /v1/requests', '{"type":"stop","process":"nobody"}', 409],
      ['POST /v1/requests', `{"type":"stop","process":"${'x'.repeat(1_100_000)}"}`, 413],
      [`GET /v1/pod?${'x'.repeat(10_000)}`, '', 431],
    ];
    for (const [head, body, status] of wrong) {
      const answer = await withDeadline(head.slice(0, 50), ask(head, body));
      expect(statusOf(answer), `${head.slice(0, 50)} ${body.slice(0, 50)}`).toBe(status);
    }
    expect(pod.running.process('primary').state).toBe('ready');
  });

  test('answers what is no HTTP as it answers every mistake', async () => {
    await using pod = await ServedTestPod.start({ primary: { command: sleeper } });
    for (const text of ['garbage\r\n\r\n', 'GET /v1/pod HTTP/9.9\r\n\r\n', 'GET  / HTTP/1.1\r\n:\r\n\r\n']) {
      const socket = await pod.raw();
      socket.write(text);
      const answer = await withDeadline(text, textUntilClosed(socket));
      expect(statusOf(answer)).toBe(400);
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ ok: false });
    }
  });

  test('answers what it can do nothing with: other expectations, and requests for a tunnel', async () => {
    await using pod = await ServedTestPod.start({ primary: { command: sleeper } });
    for (const [text, status] of [
      ['POST /v1/requests HTTP/1.1\r\nhost: pod\r\nexpect: more\r\ncontent-length: 0', 417],
      ['CONNECT example.com:443 HTTP/1.1\r\nhost: pod', 400],
    ] as const) {
      const socket = await pod.raw();
      socket.write(`${text}\r\nconnection: close\r\n\r\n`);
      const answer = await withDeadline(text, textUntilClosed(socket));
      expect(statusOf(answer)).toBe(status);
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ ok: false });
    }
  });

  test('holds little for many who ask for all output and read none of it', async () => {
    const command = 'head -c 4000000 /dev/zero; exec sleep 600';
    await using pod = await ServedTestPod.start({ primary: { command } });
    await eventually('the output', () => pod.running.client.log('primary').count > 25);
    const before = process.memoryUsage().rss;
    const sockets = await Promise.all(Array.from({ length: 200 }, () => pod.raw()));
    for (const socket of sockets) {
      socket.pause().on('error', () => undefined);
      socket.write('GET /v1/logs?follow=1&tail=10000 HTTP/1.1\r\nhost: pod\r\n\r\n');
    }
    // Those before it have been served by then.
    const socket = await pod.raw();
    socket.write('GET /v1/pod HTTP/1.1\r\nhost: pod\r\nconnection: close\r\n\r\n');
    expect(statusOf(await withDeadline('an answer', textUntilClosed(socket)))).toBe(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    for (const each of sockets) each.destroy();
  });

  test('lets go of one that does not come to the point', async () => {
    await using pod = await ServedTestPod.start({ primary: { command: sleeper } }, 200);
    const socket = await pod.raw();
    socket.write('GET /v1/pod HTTP/1.1\r\nhost:');
    expect(statusOf(await withDeadline('the end of patience', textUntilClosed(socket)))).toBe(408);
  });

  test('tells a slow reader how many lines it has missed, and holds nothing up for it', async () => {
    const lines = 400_000;
    await using pod = await ServedTestPod.start({
      sidecars: {
        flood: { command: [process.execPath, GENERATOR, `${lines}`], restart: 'never', autostart: false },
      },
      primary: { command: sleeper, dependsOn: [] },
    });
    const socket = await pod.raw();
    socket.pause();
    socket.write('GET /v1/logs?follow=1&tail=0 HTTP/1.1\r\nhost: pod\r\nconnection: close\r\n\r\n');
    await pod.running.client.request({ type: 'start', process: 'flood' });
    await eventually('all of the flood', () => pod.running.client.log('flood').count === lines);
    const counts = { log: 0, missed: 0 };
    let [rest, last] = ['', ''];
    const all = Promise.withResolvers<void>();
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      // Chunks of HTTP stand on lines of their own.
      const texts = (rest + chunk).split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) {
        if (!text.startsWith('{')) continue;
        const object = JSON.parse(text);
        if (object.type === 'missed') counts.missed += object.count;
        else counts.log += 1;
        last = object.line ?? last;
      }
      if (counts.log + counts.missed >= lines) all.resolve();
    });
    socket.resume();
    await withDeadline('the rest', all.promise, () => JSON.stringify(counts));
    expect(counts.log + counts.missed).toBe(lines);
    expect(counts.missed).toBeGreaterThan(100_000);
    expect(last).toMatch(/^000399999/);
    socket.destroy();
  });

  test('gives the newest lines of several processes in the order they came', async () => {
    await using pod = await ServedTestPod.start({
      init: { one: { command: 'for i in 1 2 3; do echo $i; done' } },
      sidecars: {
        two: {
          command: 'for i in 4 5 6; do echo $i; done; exec sleep 600',
          dependsOn: ['one'],
          readiness: { log: '6' },
        },
      },
      primary: { command: 'echo 7; exec sleep 600' },
    });
    await eventually('all lines', () => pod.running.client.log(null).count === 7);
    const linesOf = async (query: string) => {
      const lines: string[] = [];
      await pod.connection.follow(
        `logs?${query}`,
        new AbortController().signal,
        ({ line }: { line: string }) => lines.push(line),
      );
      return lines.join('');
    };
    expect(await linesOf('tail=3')).toBe('567');
    expect(await linesOf('tail=100')).toBe('1234567');
    expect(await linesOf('tail=2&process=one&process=primary')).toBe('37');
    expect(await linesOf('tail=0')).toBe('');
  });

  test('sends streams to their end when it is closed', async () => {
    const pod = await ServedTestPod.start({ primary: { command: sleeper } });
    const seen: { state?: string }[] = [];
    const over = pod.connection.follow(
      'events?follow=1',
      new AbortController().signal,
      (event: { state?: string }) => seen.push(event),
    );
    await eventually('a first event', () => seen.length > 0);
    pod.running.pod.send({ type: 'stop', by: 'the test', grace: null, id: null });
    await withDeadline('the end', pod.running.pod.ended);
    await pod[Symbol.asyncDispose]();
    await withDeadline('the end of the stream', over);
    expect(seen.at(-1)?.state).toBe('stopped');
  });
});

describe('a remote pod', () => {
  test('is what the pod itself is: snapshot, output, usage, details and requests', async () => {
    await using served = await ServedTestPod.start({
      sidecars: { db: { command: 'echo hello; exec sleep 600' } },
      primary: { command: sleeper, env: { TOKEN: 'secret' } },
    });
    await served.running.is('primary', 'ready');
    await using pod = await RemotePod.open(served.socket);
    expect(pod.snapshot).toEqual(JSON.parse(JSON.stringify(served.running.client.snapshot)));
    const [view, merged] = [pod.log('db'), pod.log(null)];
    await eventually('the output', () => view.count === 1);
    expect(view.before(Infinity, 10)).toEqual(served.running.client.log('db').before(Infinity, 10));
    expect(merged.after(merged.first, 10)[0]?.line.toString()).toBe('hello');
    const usage = Promise.withResolvers<number | undefined>();
    const end = pod.onUsage((sample) => usage.resolve(sample.get('db')?.memory));
    expect(await withDeadline('a sample', usage.promise)).toBeGreaterThan(0);
    end();
    const close = Promise.withResolvers<number | undefined>();
    const endClose = pod.onUsage((sample) => close.resolve(sample.get('db')?.details?.threads), {
      period: 250,
    });
    if (process.platform === 'linux') expect(await withDeadline('a close look', close.promise)).toBe(1);
    endClose();
    expect((await pod.details('primary'))?.env.find(({ name }) => name === 'TOKEN')?.value).toBe('secret');
    expect(await pod.details('nobody')).toBeNull();
    expect(await pod.request({ type: 'stop', process: 'nobody' })).toMatchObject({ ok: false });
    const seen: PodSnapshot[] = [];
    pod.onChange(() => seen.push(pod.snapshot));
    expect(await pod.request({ type: 'stop', process: 'db' })).toEqual({ ok: true });
    await eventually('the stop', () => seen.at(-1)?.processes[0]?.state === 'stopped');
  });

  test('tells everybody that a process is above a limit, and changes nothing', async () => {
    await using served = await ServedTestPod.start({ primary: { command: sleeper } });
    await served.running.is('primary', 'ready');
    await using pod = await RemotePod.open(served.socket);
    const told = Promise.withResolvers<object>();
    const end = pod.onEvent((event) => {
      if (event.type === 'notice' && event.kind === 'above-limit') told.resolve(event);
    });
    const facts = { resource: 'cpu', used: 1.8, limit: 1.5, lasted: 10_000, action: 'restart' } as const;
    const above = { type: 'above-limit', process: 'primary', by: 'primary', ...facts } as const;
    expect(await pod.request(above)).toEqual({ ok: true });
    expect(await withDeadline('the notice', told.promise)).toMatchObject({
      ...{ name: 'primary', resource: 'cpu', used: 1.8, limit: 1.5, action: 'restart' },
      message: 'primary uses 1.8 cores, above its limit of 1.5 cores for 10s: primary restarts it',
    });
    end();
    expect(await pod.request({ ...above, by: 'nobody' })).toMatchObject({ ok: false });
    expect(await pod.request({ ...above, used: -1 })).toMatchObject({ ok: false });
    expect(pod.snapshot.processes[0]).toMatchObject({ state: 'ready', restarts: 0 });
  });

  test('tells everybody of an alert, which may be about no process of the pod', async () => {
    await using served = await ServedTestPod.start({ primary: { command: sleeper } });
    await using pod = await RemotePod.open(served.socket);
    const told = Promise.withResolvers<object>();
    const end = pod.onEvent((event) => {
      if (event.type === 'notice' && event.kind === 'alert') told.resolve(event);
    });
    const facts = { alert: 'Slow', alertState: 'firing', labels: { job: 'elsewhere' } } as const;
    const about = { process: 'elsewhere', by: 'primary', summary: 'it is slow' };
    const alert = { type: 'alert', ...about, ...facts } as const;
    expect(await pod.request(alert)).toEqual({ ok: true });
    expect(await withDeadline('the notice', told.promise)).toMatchObject({
      ...{ name: 'primary', alert: 'Slow', alertState: 'firing', labels: { job: 'elsewhere' } },
      message: 'primary: the alert Slow of primary fires {job="elsewhere"}: it is slow',
    });
    end();
    expect(await pod.request({ ...alert, by: 'nobody' })).toMatchObject({ ok: false });
    expect(await pod.request({ ...alert, summary: 'x'.repeat(1_001) })).toMatchObject({ ok: false });
  });

  test('notices that the pod has gone, and keeps its last snapshot', async () => {
    const served = await ServedTestPod.start({ primary: { command: sleeper } });
    await served.running.is('primary', 'ready');
    const pod = await RemotePod.open(served.socket);
    await served[Symbol.asyncDispose]();
    await withDeadline('the end', pod.gone);
    expect(pod.snapshot.name).toBe(served.running.pod.spec.name);
    const opening = RemotePod.open(served.socket, { isExpected: () => false });
    await expect(opening).rejects.toThrow('the pod has gone');
  });
});

test('a client that goes away in the middle of a stream is forgotten', async () => {
  await using pod = await ServedTestPod.start({
    primary: { command: 'while :; do echo x; sleep 0.01; done' },
  });
  const socket = await pod.raw();
  socket.write('GET /v1/logs?follow=1 HTTP/1.1\r\nhost: pod\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  const before = pod.running.client.log(null).count;
  await eventually('more output', () => pod.running.client.log(null).count > before + 5);
  expect((await pod.connection.get('pod')).ok).toBe(true);
});

test('a supervisor that has bound its socket and does not listen yet is waited for', async () => {
  await using pod = await ServedTestPod.start({ primary: { command: sleeper } });
  const path = pod.running.project.path('bound.sock');
  leaveSocket(path);
  const answer = new Connection(path).get('pod');
  await setTimeout(60);
  renameSync(pod.socket, path);
  expect((await answer).ok).toBe(true);
});

/** As one that was killed leaves it: bound, and refusing. */
const leaveSocket = (path: string): void => {
  const listen = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', listen]);
};

test('sockets of supervisors that were killed are cleared away, and no others', async () => {
  await using project = await Project.create();
  for (const name of ['0a0a0a0a-1.sock', '0b0b0b0b-2.sock', 'other.sock']) leaveSocket(project.path(name));
  const longAgo = Date.now() / 1_000 - 3_600;
  for (const name of ['0a0a0a0a-1.sock', 'other.sock']) utimesSync(project.path(name), longAgo, longAgo);
  await removeDeadSockets(project.folder);
  expect(readdirSync(project.folder).toSorted()).toEqual(['0b0b0b0b-2.sock', 'other.sock']);
});

test('a record whose socket has gone is removed with its supervisor, and no sooner', async () => {
  await using project = await Project.create();
  const gone = spawnSync(process.execPath, ['-e', 'console.log(process.pid)']);
  const pid = Number(gone.stdout);
  const record = (facts: object) =>
    JSON.stringify({
      version: 1,
      ...ownIdentity(),
      runId: 'x',
      name: 'x',
      configFile: '/x',
      socket: '/x.sock',
      ...facts,
    });
  const files = {
    '0a0a0a0a-1.json': record({ pid }),
    '0a0a0a0a-2.json': record({ startTime: 1 }),
    '0a0a0a0a-3.json.tmp': record({ pid }),
    '0b0b0b0b-1.json': record({}),
    '0b0b0b0b-2.json': record({ pid, pidNamespace: 1 }),
    '0b0b0b0b-3.json': record({ pid, bootId: 'x', host: 'elsewhere' }),
    '0b0b0b0b-4.json': '{',
  };
  const longAgo = Date.now() / 1_000 - 3_600;
  for (const [name, text] of Object.entries(files)) {
    await project.write(name, text);
    utimesSync(project.path(name), longAgo, longAgo);
  }
  await project.write('0b0b0b0b-5.json', record({ pid }));
  await removeDeadSockets(project.folder);
  expect(readdirSync(project.folder).toSorted()).toEqual([1, 2, 3, 4, 5].map((n) => `0b0b0b0b-${n}.json`));
});
