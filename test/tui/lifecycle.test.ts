import { describe, expect, test } from 'vitest';
import { RemoteLogs } from '../../src/control/client/remote-logs.ts';
import type { ToldEvent } from '../../src/control/pod-client.ts';
import { LifecycleLog } from '../../src/tui/log/lifecycle-log.ts';
import { LifecycleText } from '../../src/tui/log/lifecycle-text.ts';
import { FakePod, NOON } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const at = (ms: number) => new Date(NOON + ms).toISOString();
const fact = (ms: number, fields: object) =>
  ({
    type: 'process',
    name: 'shop',
    role: 'primary',
    seq: 1,
    restarts: 0,
    time: at(ms),
    ...fields,
  }) as ToldEvent;

const textsOf = (...events: readonly ToldEvent[]) => {
  const text = new LifecycleText();
  return events.map((event) => text.of(event)?.text ?? null);
};

describe('what happens to a process is told in its log:', () => {
  test('a start and when it was ready', () => {
    expect(
      textsOf(
        fact(0, { state: 'starting', previous: 'pending', pid: 41 }),
        fact(5, { state: 'running', previous: 'starting', pid: 41 }),
        fact(1_200, { state: 'ready', previous: 'running', pid: 41 }),
      ),
    ).toEqual(['started (pid 41)', null, 'ready after 1.2 s']);
  });

  test('a start without a readiness probe, by one line', () => {
    expect(
      textsOf(
        fact(0, { state: 'starting', previous: 'pending', pid: 41 }),
        fact(0, { state: 'ready', previous: 'starting', pid: 41 }),
      ),
    ).toEqual(['started (pid 41)', null]);
  });

  test('a start of a container that has no pid here, once it is up', () => {
    expect(
      textsOf(
        fact(0, { state: 'starting', previous: 'pending' }),
        fact(5, { state: 'running', previous: 'starting' }),
        fact(1_205, { state: 'ready', previous: 'running' }),
      ),
    ).toEqual([null, 'started', 'ready after 1.2 s']);
  });

  test('a command that could not be launched is not told as a start, and its next launch is told once', () => {
    expect(
      textsOf(
        fact(0, { state: 'starting', previous: 'pending' }),
        fact(1, { state: 'failed', previous: 'starting', exitCode: 127, reason: 'not found' }),
        fact(2, { state: 'starting', previous: 'failed', pid: 41 }),
        fact(3, { state: 'running', previous: 'starting', pid: 41 }),
      ).map((text) => text?.startsWith('started') ?? false),
    ).toEqual([false, false, true, false]);
  });

  test('when it is not ready any more, and when it is ready again', () => {
    expect(
      textsOf(
        fact(0, { state: 'starting', previous: 'pending', pid: 41 }),
        fact(9_000, { state: 'ready', previous: 'running', pid: 41 }),
        fact(60_000, { state: 'running', previous: 'ready', pid: 41, reason: 'HTTP 503' }),
        fact(90_000, { state: 'ready', previous: 'running', pid: 41 }),
      ).slice(2),
    ).toEqual(['not ready: HTTP 503', 'ready again']);
  });

  test('a crash, how long it ran, and the restart', () => {
    expect(
      textsOf(
        fact(0, { state: 'starting', previous: 'pending', pid: 41 }),
        fact(2_300, {
          state: 'backoff',
          previous: 'ready',
          restarts: 3,
          exitCode: 1,
          retryInMs: 8_000,
          reason: 'exited with code 1',
        }),
        fact(10_300, { state: 'starting', previous: 'backoff', restarts: 4, pid: 42 }),
      ),
    ).toEqual(['started (pid 41)', 'exited with code 1 after 2.3 s; restart 4 in 8 s', 'restarted (pid 42)']);
  });

  test('a restart because of a change, with the file', () => {
    expect(
      textsOf(
        fact(0, { state: 'starting', previous: 'pending', pid: 41 }),
        fact(9_000, { state: 'stopping', previous: 'ready', reason: 'src/a.ts has changed' }),
        fact(9_100, { state: 'starting', previous: 'stopping', restarts: 1, pid: 42 }),
      ),
    ).toEqual([
      'started (pid 41)',
      'stopping: src/a.ts has changed',
      'restarted: src/a.ts has changed (pid 42)',
    ]);
  });

  test('a launch that failed, which has neither a pid nor restarted anything', () => {
    const reason = 'could not be started: command not found: nod';
    const failed = { state: 'backoff', previous: 'starting', exitCode: 127, retryInMs: 4_000, reason };
    expect(
      textsOf(
        fact(0, { state: 'starting', previous: 'backoff', restarts: 2 }),
        fact(0, { ...failed, restarts: 2 }),
      ),
    ).toEqual([null, `${reason}; restart 3 in 4 s`]);
  });

  test('the end for good', () => {
    expect(
      textsOf(
        fact(0, { state: 'failed', previous: 'starting', reason: 'could not be started: no such file' }),
        fact(0, { state: 'completed', previous: 'ready' }),
        fact(0, { state: 'stopped', previous: 'stopping', signal: 'SIGKILL' }),
        fact(0, { state: 'stopped', previous: 'pending' }),
      ),
    ).toEqual(['failed: could not be started: no such file', 'completed', 'killed', null]);
  });
});

describe('the lines of a lifecycle', () => {
  test('are among the output of their time, each log with its own', () => {
    const pod = new FakePod();
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 12 });
    const earlier = new Date(Date.now() - 5).toISOString();
    pod.tell({
      type: 'process',
      name: 'shop',
      role: 'primary',
      state: 'starting',
      pid: 41,
      restarts: 0,
      time: earlier,
    });
    pod.write('shop', 'boom\n');
    const later = new Date(Date.now() + 1_000).toISOString();
    const crash = { state: 'backoff', restarts: 0, retryInMs: 0, reason: 'exited with code 1', time: later };
    pod.tell({ type: 'process', name: 'shop', role: 'primary', previous: 'ready', ...crash });
    pod.tell({ type: 'process', name: 'shipper', role: 'sidecar', state: 'completed', time: later });
    const rows = dashboard
      .press('enter')
      .rows.slice(1, -1)
      .filter((row) => row !== '');
    expect(rows[0]).toMatch(/^── started \(pid 41\) ─+$/);
    expect(rows[1]).toBe('boom');
    expect(rows[2]).toMatch(/^── exited with code 1 after \d\.\d s; restart 1 now ─+$/);
    expect(rows).toHaveLength(3);
    expect(dashboard.press('a').text).toMatch(/^shipper +── completed ─+$/m);
  });

  test('are placed among thousands of lines by one pass through them', () => {
    const logs = new RemoteLogs();
    const line = { type: 'log', process: 'shop', stream: 'stdout', line: 'line' } as const;
    for (let ms = 0; ms < 5_000; ms += 1) logs.take({ ...line, seq: ms + 1, time: at(ms) });
    const output = logs.view(null);
    let read = 0;
    const counting = Object.create(output, {
      before: {
        value: (before: number, count: number) => {
          const lines = output.before(before, count);
          read += lines.length;
          return lines;
        },
      },
    });
    const log = new LifecycleLog(counting);
    for (let ms = 10; ms < 4_000; ms += 10) log.take(fact(ms, { state: 'completed' }));
    const placed = log.of(null).map(({ seq }) => Math.floor(seq));
    expect(placed).toEqual(Array.from({ length: 399 }, (_, index) => (index + 1) * 10 + 1));
    expect(read).toBeLessThan(6_000);
  });

  test('that come before late output of an earlier time are placed below it in the end', () => {
    const pod = new FakePod();
    const log = new LifecycleLog(pod.log(null));
    log.take(fact(Date.now() - NOON + 60_000, { state: 'completed' }));
    const before = log.of('shop')[0]?.seq ?? 0;
    pod.write('shop', 'late\n');
    const [late] = pod.log('shop').after(0, 1);
    expect(before).toBeLessThan(late?.seq ?? 0);
    expect(log.of('shop')[0]?.seq).toBeGreaterThan(late?.seq ?? Infinity);
  });

  test('are found, filtered, and all visible where they are long', () => {
    const pod = new FakePod();
    pod.write('shop', 'one\ntwo\n');
    pod.tell({ type: 'process', name: 'shop', state: 'failed', reason: 'a long reason '.repeat(8) });
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 12 }).press('enter');
    expect(dashboard.rows.filter((row) => row.includes('reason'))).toHaveLength(2);
    dashboard.press('/').type('failed').press('enter');
    expect(dashboard.rows[0]).toContain('find failed 1/1');
    expect(dashboard.press('&').type('failed').press('enter').text).not.toContain('two');
  });

  test('are bounded in number, and keep their order in a silent crash loop', () => {
    const log = new LifecycleLog(new FakePod().log(null));
    for (let loop = 0; loop < 5_000; loop++) log.take(fact(loop, { state: 'completed' }));
    const seqs = log.of('shop').map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
    expect(seqs.length).toBeLessThanOrEqual(2_000);
    expect(seqs.at(-1)).toBeLessThan(1);
  });
});
