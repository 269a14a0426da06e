import { existsSync } from 'node:fs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { PodError, type RunningPod, startPod } from '../../src/index.ts';
import { withDeadline } from '../support/deadline.ts';
import { isAlive } from '../support/pod-rig.ts';
import { Project } from '../support/project.ts';

const sleeper = ['sleep', '600'];

const failureOf = async (promise: Promise<unknown>): Promise<PodError> => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof PodError) return error;
  throw new Error('it was to be a PodError', { cause: error });
};

describe('startPod', () => {
  test('gives its processes a stdin on which nothing comes and which stays open', async () => {
    await using project = await Project.create();
    const command = 'test -p /dev/stdin || exit 1; timeout 0.1 cat; exit $?';
    await using pod = await startPod({ primary: { command } }, { cwd: project.folder });
    // What timeout(1) exits with where cat waits.
    expect(await withDeadline('the end', pod.ended)).toMatchObject({ exitCode: 124 });
  });

  test('starts several apps and instances, is ready when all primaries are, and ends with the last', async () => {
    await using project = await Project.create();
    await using pod = await startPod(
      {
        sidecars: { cache: { command: sleeper, ports: { main: 'auto' }, readiness: false } },
        apps: {
          web: {
            sidecars: { proxy: { command: sleeper, ports: { main: 'auto' }, readiness: false } },
            primary: { command: sleeper, instances: 2, readiness: { file: 'ready-${app.instance}' } },
          },
          jobs: { primary: { command: 'exit 3' } },
        },
      },
      { cwd: project.folder },
    );
    expectTypeOf(pod.ports).toBeAny();
    expect(Object.keys(pod.ports)).toEqual(['cache', 'web-1-proxy', 'web-2-proxy']);
    for await (const { type } of pod.events) if (type === 'app') break;
    await project.write('ready-2', '');
    await project.write('ready-1', '');
    await withDeadline('readiness', pod.ready());
    const { processes, ended } = pod.status();
    expect(processes.filter(({ app }) => app === 'web').map(({ name, state }) => `${name} ${state}`)).toEqual(
      ['web-1-proxy ready', 'web-1 ready', 'web-2-proxy ready', 'web-2 ready'],
    );
    expect(ended).toEqual([{ app: 'jobs', exitCode: 3, reason: 'primary exited with code 3' }]);
    expect(await pod.stop()).toMatchObject({ exitCode: 3 });
  });

  test('gives a pod with its ports and volumes by name, ready when it says so', async () => {
    await using project = await Project.create();
    const before = process.cwd();
    await using pod = await startPod(
      {
        volumes: { data: {} },
        sidecars: { db: { command: sleeper, ports: { main: 'auto' }, readiness: { file: 'ready' } } },
        primary: { name: 'web', command: sleeper, ports: { http: 'auto' }, readiness: false },
      },
      { cwd: project.folder },
    );
    expectTypeOf(pod.ports.db.main).toEqualTypeOf<number>();
    expectTypeOf(pod.ports.web.http).toEqualTypeOf<number>();
    expectTypeOf(pod.volumes.data).toEqualTypeOf<string>();
    expect(pod.ports.db.main).not.toBe(pod.ports.web.http);
    expect(existsSync(pod.volumes.data)).toBe(true);
    expect(pod.status()).toMatchObject({ state: 'starting', mode: 'library' });
    await project.write('ready', '');
    await withDeadline('readiness', pod.ready());
    expect(pod.status().processes.map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(process.cwd()).toBe(before);
  });

  test('takes a config function, and options that are its own', async () => {
    await using project = await Project.create();
    await using pod: RunningPod = await startPod(
      ({ mode }) => ({
        name: mode,
        primary: { command: 'test "$GIVEN" = here; exit $?', env: { GIVEN: '${env.GIVEN}' } },
      }),
      { cwd: project.folder, env: { PATH: process.env['PATH'], GIVEN: 'here', UNSET: undefined } },
    );
    expect(pod.name).toBe('library');
    expect(await withDeadline('the end', pod.ended)).toEqual({
      exitCode: 0,
      reason: 'primary exited with code 0',
      leftBehind: [],
    });
  });

  test('rejects with what is wrong, as values and in words, before anything starts', async () => {
    await using project = await Project.create();
    const wrong = await failureOf(
      startPod({ primary: { command: 'touch started', dependsOn: ['db'] } } as never, {
        cwd: project.folder,
      }),
    );
    expect(wrong.failure).toMatchObject({
      kind: 'config',
      problems: [{ kind: 'unknown-name', found: 'db' }],
    });
    expect(wrong.message).toMatch(/^primary\.dependsOn.*'db'/);
    await using holder = await startPod(
      { primary: { command: sleeper, ports: { http: 'auto' }, readiness: false } },
      { cwd: project.folder },
    );
    await holder.ready();
    expect(existsSync(project.path('started'))).toBe(false);
  });
});

describe('a pod', () => {
  const start = async (config: Parameters<typeof startPod>[0]) => {
    const project = await Project.create();
    const pod: RunningPod = await startPod(config, { cwd: project.folder });
    const close = async () => {
      await pod.stop({ grace: 0 });
      await project[Symbol.asyncDispose]();
    };
    return { pod, project, [Symbol.asyncDispose]: close };
  };

  test('stops in order, and says how it ended however often it is asked', async () => {
    await using running = await start({
      sidecars: { db: { command: sleeper } },
      primary: { command: sleeper },
    });
    await running.pod.ready();
    const pids = running.pod.status().processes.map(({ pid }) => pid ?? 0);
    const end = await withDeadline('the stop', running.pod.stop());
    expect(end).toEqual({ exitCode: 0, reason: 'stop requested by stop()', leftBehind: [] });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await running.pod.stop()).toEqual(end);
  });

  test('that ends before it is ready rejects whoever waits for that', async () => {
    await using running = await start({ primary: { command: 'exit 3', readiness: { file: 'never' } } });
    const error = await failureOf(withDeadline('the end', running.pod.ready()));
    expect(error.failure).toMatchObject({ kind: 'ended', reason: 'primary exited with code 3' });
    expect((await running.pod.ended).exitCode).toBe(3);
    expect((await failureOf(running.pod.ready())).failure.kind).toBe('ended');
  });

  test('restarts a process, and says why one cannot be', async () => {
    await using running = await start({
      init: { seed: { command: 'true' } },
      sidecars: {
        db: {
          command: 'test ! -e broken || exit 4; echo up; exec sleep 600',
          readiness: { log: 'up' },
          restart: 'never',
        },
      },
      primary: { command: sleeper },
    });
    const { pod, project } = running;
    await pod.ready();
    const pidOf = () => pod.status().processes.find(({ name }) => name === 'db')?.pid;
    const before = pidOf();
    await withDeadline('the restart', pod.restart('db'));
    expect(pidOf()).not.toBe(before);
    expect((await failureOf(pod.restart('nobody'))).failure).toEqual({ kind: 'refused', process: 'nobody' });
    await project.write('broken', '');
    await pod.request({ type: 'stop', process: 'db' });
    const failed = await failureOf(withDeadline('the failure', pod.restart('db')));
    expect(failed.failure).toMatchObject({ kind: 'process-failed', process: 'db' });
  });

  test('gives its events from the start to the end, to each who asks', async () => {
    await using running = await start({ primary: { command: 'sleep 0.05' } });
    const seen: number[] = [];
    for await (const { seq } of running.pod.events) seen.push(seq);
    const again: string[] = [];
    for await (const event of running.pod.events) if (event.type === 'pod') again.push(event.state);
    expect(seen).toEqual(seen.map((_, at) => at + 1));
    expect([again[0], again.at(-1)]).toEqual(['starting', 'stopped']);
  });

  test('gives its output line by line', async () => {
    await using running = await start({ primary: { command: 'echo one; echo two >&2; echo three' } });
    await withDeadline('the end', running.pod.ended);
    const lines = running.pod.logs('primary').map(({ stream, line }) => `${stream} ${line}`);
    expect(lines.toSorted()).toEqual(['stderr two', 'stdout one', 'stdout three']);
    expect(running.pod.logs(null, 1)).toHaveLength(1);
    expect((await running.pod.details('primary'))?.exits).toHaveLength(1);
  });
});
