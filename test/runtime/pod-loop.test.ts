import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Ask } from '../../src/core/core-event.ts';
import { Backpressure } from '../../src/logs/backpressure.ts';
import { LOG_LIMITS } from '../../src/logs/log-file.ts';
import { PodLogs } from '../../src/logs/pod-logs.ts';
import type { Notice } from '../../src/model/notice.ts';
import type { PodEvent } from '../../src/model/pod-event.ts';
import type { PodSpec } from '../../src/model/pod-spec.ts';
import { ProcessEngine } from '../../src/runtime/engines/process/process-engine.ts';
import type { Answer } from '../../src/runtime/open-requests.ts';
import { PodLoop } from '../../src/runtime/pod-loop.ts';
import { isAlive } from '../support/pod-rig.ts';
import { podSpec } from '../support/pod-spec.ts';

/** Types of events that cannot be decided on. */
const bugs = vi.hoisted(() => {
  // Other files of this worker have loaded the real module.
  vi.resetModules();
  return new Set<string>();
});

vi.mock('../../src/core/decide.ts', async (original) => {
  const actual = await original<typeof import('../../src/core/decide.ts')>();
  const decide: typeof actual.decide = (pod, event, now) => {
    if (bugs.has(event.type)) throw new Error(`a bug in ${event.type}`);
    return actual.decide(pod, event, now);
  };
  return { ...actual, decide };
});

afterEach(() => bugs.clear());
afterAll(() => vi.resetModules());

const sleepers = (): PodSpec => {
  const spec = podSpec({ redis: {}, app: {} });
  const command = { kind: 'direct', file: 'sleep', args: ['1000'] } as const;
  const processes = [...spec.processes].map(
    ([name, process]) =>
      [
        name,
        { ...process, launch: { ...process.launch, command, cwd: '/', stdin: 'null' as const } },
      ] as const,
  );
  return { ...spec, processes: new Map(processes) };
};

interface Options {
  readonly onEvent?: (event: PodEvent) => void;
  readonly onOutput?: () => void;
  readonly spec?: PodSpec;
}

let runs = 0;

/** Processes are found by the id of their run: a late kill of one test must not find those of the next. */
const nextRunId = (): string => `5afe${String(++runs).padStart(4, '0')}`;

/** A pod of two, with all that it says. */
const start = async ({ onEvent, onOutput, spec = sleepers() }: Options = {}) => {
  const events: PodEvent[] = [];
  const notices: Notice[] = [];
  const backpressure = new Backpressure();
  const { promise: up, resolve } = Promise.withResolvers<void>();
  const engine = new ProcessEngine({ runId: nextRunId(), openFifos: async () => null });
  engine.open({ isAlone: false, caller: null });
  onTestFinished(() => engine.close());
  const loop = new PodLoop({
    spec,
    engine,
    backpressure,
    logs: new PodLogs({
      folder: '/dev/null/logs',
      within: '/dev/null',
      runId: 'x',
      backpressure,
      limits: LOG_LIMITS,
      onFailure: () => undefined,
    }),
    writeFiles: () => null,
    reader: {
      event: (event) => {
        events.push(event);
        if (event.type === 'process' && event.name === 'app' && event.state === 'ready') resolve();
        onEvent?.(event);
      },
      output: () => onOutput?.(),
      notice: (notice) => notices.push(notice),
    },
    onDecided: () => undefined,
    onSlow: () => undefined,
    onForget: () => undefined,
  });
  loop.start(null);
  await up;
  const pids = events.flatMap((event) => (event.type === 'process' && event.pid !== null ? [event.pid] : []));
  const order = () =>
    events.flatMap((event) => (event.type === 'process' && event.state === 'stopped' ? [event.name] : []));
  return { loop, notices, pids, order };
};

const raise = (message: string): never => {
  throw new Error(message);
};

const REQUEST: Ask = { type: 'request', request: 'start', process: 'redis' };

describe.skipIf(process.platform === 'win32')('an exception', () => {
  test('in a decision stops the pod in order, with exit code 1 and a report', async () => {
    const { loop, notices, pids, order } = await start();
    bugs.add('request');
    expect(await loop.ask(REQUEST)).toEqual({ ok: false, because: 'internal-error' });
    expect(await loop.ended).toBe(1);
    expect(order()).toEqual(['app', 'redis']);
    expect(notices).toEqual([
      { kind: 'internal-error', report: expect.stringContaining('a bug in request') },
    ]);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('in whoever is told of an event does the same', async () => {
    let calls = 0;
    const { loop, notices, pids, order } = await start({
      onEvent: (event) => {
        if (event.type === 'process' && event.name === 'app' && calls++ === 0)
          throw new Error('a bug in a reader');
      },
    });
    expect(await loop.ended).toBe(1);
    expect(order()).toEqual(['app', 'redis']);
    expect(notices).toHaveLength(1);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('in whoever gets output or a notice does the same', async () => {
    const spec = sleepers();
    const redis = spec.processes.get('redis');
    if (redis === undefined) throw new Error('no redis');
    const { loop, notices } = await start({ onOutput: () => raise('a bug in output') });
    const command = { kind: 'shell', line: 'echo here; exec sleep 1000' } as const;
    const talks = { ...redis, launch: { ...redis.launch, command } };
    void loop.ask({
      type: 'reload',
      spec: { ...spec, processes: new Map([...spec.processes, ['redis', talks]]) },
    });
    expect(await loop.ended).toBe(1);
    expect(notices).toEqual([{ kind: 'internal-error', report: expect.stringContaining('a bug in output') }]);
  });

  test('in every decision from then on has everything killed', async () => {
    const { loop, pids } = await start();
    for (const type of ['request', 'crash']) bugs.add(type);
    void loop.ask(REQUEST);
    expect(await loop.ended).toBe(1);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('in every decision has the end of the pod answer the requests that wait', async () => {
    const answers: Promise<Answer>[] = [];
    const { loop } = await start({
      onEvent: (event) => {
        if (event.type === 'process' && event.state === 'stopping' && event.name === 'redis')
          answers.push(loop.ask({ type: 'restart-all' }), loop.ask({ type: 'stop', by: 'a test', grace: 0 }));
        if (event.type === 'pod' && event.state === 'stopping') answers.push(loop.ask(REQUEST));
      },
    });
    for (const type of ['restart-all', 'crash']) bugs.add(type);
    expect(await loop.ask({ ...REQUEST, request: 'stop' })).toEqual({ ok: true, plan: null });
    expect(await loop.ended).toBe(1);
    expect(await Promise.all(answers)).toEqual([
      { ok: false, because: 'internal-error' },
      { ok: true, plan: null },
      { ok: false, because: 'pod-ended' },
    ]);
  });

  test('in a launch ends the pod too', async () => {
    const spec = sleepers();
    const redis = spec.processes.get('redis');
    if (redis === undefined) throw new Error('no redis');
    const { loop, notices, pids } = await start({ spec });
    // Nobody has looked whether processes can be isolated.
    const isolated = { ...redis, isolation: { ownPids: true, mounts: [] } };
    void loop.ask({
      type: 'reload',
      spec: { ...spec, processes: new Map([...spec.processes, ['redis', isolated]]) },
    });
    expect(await loop.ended).toBe(1);
    expect(notices).toHaveLength(1);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
