import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/control/client/connection.ts';
import { hostCommands } from '../support/command-host.ts';
import { eventually } from '../support/deadline.ts';
import { isAlive, PodRig } from '../support/pod-rig.ts';
import { published, publishedLines } from '../support/published-schema.ts';
import { runToEnd } from '../support/run-to-end.ts';

const command = hostCommands();

const sleeper = ['sleep', '600'];

/** A pod that is up, and a way to run commands beside it. */
const openPod = async (config: object = {}) => {
  const rig = await PodRig.open({
    sidecars: { db: { command: sleeper } },
    primary: { name: 'web', command: sleeper },
    ...config,
  });
  const run = rig.up();
  const ask = (...args: string[]) => command(args, rig.project.folder);
  const json = async <Shape extends Parameters<typeof published>[0]>(shape: Shape, ...args: string[]) => {
    const { stdout } = await ask(...args, '--json');
    return published(shape, JSON.parse(stdout)) as Record<string, unknown>;
  };
  return { rig, run, ask, json, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
};

const upAndReady = async (config: object = {}) => {
  const pod = await openPod(config);
  await pod.run.state('web', 'ready');
  return pod;
};

const recordOf = ({ rig }: { readonly rig: PodRig }, name = 'sidecars.config.mjs') =>
  JSON.parse(readFileSync(rig.project.path(`.sidecarctl/pods/${name}.json`), 'utf8')) as {
    readonly pid: number;
    readonly socket: string;
  };

describe('status', () => {
  test('tells of each process, as a table and as JSON, from any folder below', async () => {
    await using pod = await upAndReady({
      sidecars: { db: { command: sleeper, ports: { main: 'auto' }, readiness: false } },
    });
    await pod.rig.project.write('deep/down/file', '');
    const below = pod.rig.run(['status'], { cwd: pod.rig.project.path('deep/down') });
    expect(await below.exitCode()).toBe(0);
    expect(below.stdout).toMatch(/^pod shop {2}running {2}up, pid \d+, for /);
    expect(below.stdout).toMatch(/^db +sidecar +ready .* main=127\.0\.0\.1:\d+$/m);
    const snapshot = await pod.json('snapshot', 'status');
    expect(snapshot).toMatchObject({ name: 'shop', state: 'running', pid: pod.run.pid, mode: 'up' });
  });

  test('says how to start a pod when none runs', async () => {
    await using rig = await PodRig.open({ primary: { command: 'true' } });
    const run = rig.run(['status']);
    expect(await run.exitCode()).toBe(3);
    expect(run.stderr).toContain(
      `no pod is running for ${rig.project.folder}; start it with 'sidecarctl dev'`,
    );
    const logs = rig.run(['logs', '--name', 'blu']);
    expect(await logs.exitCode()).toBe(2);
    expect(logs.stderr).toContain(`no pod blu is running for ${rig.project.folder}; start it with`);
    expect(logs.stderr).toContain('no output of an earlier run is kept');
  });
});

describe('down', () => {
  test('stops the pod in order and returns when all of it has gone', async () => {
    await using pod = await upAndReady();
    const down = await pod.json('downed', 'down');
    expect(down).toMatchObject({ wasRunning: true, name: 'shop', exitCode: 0 });
    expect(pod.rig.processes()).toEqual([]);
    expect(await pod.run.exitCode()).toBe(0);
    expect(await pod.ask('down')).toMatchObject({ code: 0, stdout: '' });
  });

  test('takes a grace of its own', async () => {
    await using pod = await upAndReady({
      primary: { name: 'web', command: `trap '' TERM; echo deaf; while :; do sleep 600; done` },
      stop: { grace: '1h', minimumGrace: 0 },
    });
    await pod.run.event('deafness', (event) => event['line'] === 'deaf');
    expect(await pod.json('downed', 'down', '--grace', '0')).toMatchObject({ exitCode: 137 });
  });
});

describe('start, stop and restart', () => {
  test('wait until it is so', async () => {
    await using pod = await upAndReady();
    const { pid } = await pod.run.state('db', 'ready');
    expect(await pod.ask('stop', 'db')).toMatchObject({ code: 0, stdout: 'db is stopped: stop requested\n' });
    expect(isAlive(pid as number)).toBe(false);
    expect((await pod.ask('start', 'db')).stdout).toMatch(/^db is ready \(pid \d+\)\n$/);
    const restarted = await pod.json('steered', 'restart', 'db', 'web');
    expect(restarted).toMatchObject({
      outcome: 'holds',
      processes: [{ name: 'db', state: 'ready' }, { name: 'web' }],
    });
    expect((await pod.ask('restart', '--all')).code).toBe(0);
    const { processes } = (await pod.json('snapshot', 'status')) as {
      processes: { restarts: number }[];
    };
    expect(processes.map(({ restarts }) => restarts)).toEqual([3, 2]);
  });

  test('of a process that does not exist name those that do, and do nothing', async () => {
    await using pod = await upAndReady();
    const { code, stderr } = await pod.ask('stop', 'db', 'dv');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'sidecarctl: there is no process dv (did you mean db?); there are db, web\n',
    });
    expect(await pod.json('snapshot', 'status')).toMatchObject({ processes: [{ state: 'ready' }, {}] });
    expect((await pod.ask('restart')).code).toBe(2);
  });

  test('include a restart that reads env files anew, and takes along what asks for that', async () => {
    await using pod = await openPod({
      sidecars: {
        db: { command: 'echo value=$VALUE; exec sleep 600', envFile: { path: 'db.env', required: false } },
      },
      primary: { name: 'web', command: sleeper, dependsOn: { db: { restart: true } } },
    });
    await pod.run.state('web', 'ready');
    await pod.rig.project.write('db.env', 'VALUE=new\n');
    expect((await pod.ask('restart', 'db')).code).toBe(0);
    await pod.run.event('the new value', (event) => event['line'] === 'value=new');
    expect((await pod.ask('wait', 'web')).code).toBe(0);
    expect(await pod.json('snapshot', 'status')).toMatchObject({
      processes: [{}, { name: 'web', restarts: 1 }],
    });
  });

  test('fail with a reason when a process cannot become ready', async () => {
    await using pod = await upAndReady({
      sidecars: {
        db: { command: 'exit 4', restart: 'never', autostart: false, readiness: { file: 'never' } },
      },
      primary: { name: 'web', command: sleeper, dependsOn: [] },
    });
    expect(await pod.ask('start', 'db')).toMatchObject({
      code: 1,
      stdout: 'db is failed: exited with code 4\n',
    });
  });

  test('end with 124 when the time is over', async () => {
    await using pod = await upAndReady({
      sidecars: { db: { command: sleeper, autostart: false, readiness: { file: 'never' } } },
      primary: { name: 'web', command: sleeper, dependsOn: [] },
    });
    expect((await pod.ask('start', 'db', '--timeout', '50ms')).code).toBe(124);
  });
});

describe('wait', () => {
  test('takes several conditions, and waits until all of them hold', async () => {
    await using pod = await upAndReady({
      init: { seed: { command: 'true' } },
      sidecars: { db: { command: sleeper, readiness: { file: 'ready' } } },
      primary: { name: 'web', command: sleeper, dependsOn: ['seed'] },
    });
    const waiting = pod.rig.run(['wait', 'db', 'web=started', 'seed=completed', '--json']);
    await pod.rig.project.write('ready', '');
    expect(await waiting.exitCode()).toBe(0);
    const { outcome, conditions } = published('waited', JSON.parse(waiting.stdout));
    expect([outcome, ...conditions.map(({ state }) => state)]).toEqual([
      'holds',
      'ready',
      'ready',
      'completed',
    ]);
    expect((await pod.ask('wait')).stdout).toBe('seed is completed\ndb is ready\nweb is ready\n');
  });

  test('tells what is late, what has failed, and that the pod has gone by its exit code', async () => {
    await using pod = await upAndReady({
      sidecars: {
        db: { command: sleeper, readiness: { file: 'never' } },
        once: { command: 'exit 3', restart: 'never' },
      },
      primary: { name: 'web', command: sleeper, dependsOn: [] },
    });
    const late = await pod.ask('wait', 'db', '--timeout', '50ms');
    expect(late).toMatchObject({
      code: 124,
      stderr: expect.stringMatching(/still waiting for db to be ready \(it is running: not ready: /),
    });
    expect(await pod.ask('wait', 'once')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('exited with code 3'),
    });
    const gone = pod.rig.run(['wait', 'db']);
    const stopped = pod.rig.run(['wait', 'web', '--for', 'stopped']);
    await pod.ask('down');
    expect([await gone.exitCode(), await stopped.exitCode()]).toEqual([3, 0]);
    expect((await pod.ask('wait', 'db')).code).toBe(3);
    expect((await pod.ask('wait', 'db', '--for', 'stopped')).code).toBe(0);
    expect((await pod.ask('wait', 'db=up')).code).toBe(2);
  });
});

describe('logs', () => {
  const chatty = {
    sidecars: { db: { command: 'for i in 1 2 3 4 5; do echo db $i; done; exec sleep 600' } },
    primary: { name: 'web', command: 'echo web WARN; echo web ok >&2; exec sleep 600' },
  };
  const untilSaid = (pod: Awaited<ReturnType<typeof openPod>>) =>
    pod.run.until('all lines', () => pod.run.events.filter(({ type }) => type === 'log').length === 7);

  test('are merged or of some, the newest of them, filtered', async () => {
    await using pod = await upAndReady(chatty);
    await untilSaid(pod);
    expect((await pod.ask('logs', 'db', '-n', '2')).stdout).toBe('db 4\ndb 5\n');
    expect((await pod.ask('logs', '-t', '-n', '3')).stdout).toMatch(
      /^(\d\d:\d\d:\d\d\.\d{3} (db |web) \| .+\n){3}$/,
    );
    const all = (await pod.ask('logs')).stdout.trim().split('\n');
    expect(all.toSorted()).toEqual([
      ...[1, 2, 3, 4, 5].map((at) => `db  | db ${at}`),
      'web | web WARN',
      'web | web ok',
    ]);
    const matching = (await pod.ask('logs', '--grep', 'WARN|5', '-n', '10')).stdout.trim().split('\n');
    expect(matching.toSorted()).toEqual(['db  | db 5', 'web | web WARN']);
    expect((await pod.ask('logs', '--since', '2099-01-01')).stdout).toBe('');
    expect((await pod.ask('logs', '--since', '10m', 'db')).stdout.split('\n')).toHaveLength(6);
    const [first = ''] = (await pod.ask('logs', 'web', '--json')).stdout.split('\n');
    expect(published('logLine', JSON.parse(first))).toMatchObject({ process: 'web' });
    expect((await pod.ask('logs', 'dv')).code).toBe(2);
    expect((await pod.ask('logs', '--grep', '(')).code).toBe(2);
  });

  test('are followed until the pod ends', async () => {
    await using pod = await openPod({
      sidecars: {},
      primary: {
        name: 'web',
        command:
          'echo one; while [ ! -e go ]; do sleep 0.02; done; echo two; while [ ! -e end ]; do sleep 0.02; done',
      },
    });
    await pod.run.event('one', (event) => event['line'] === 'one');
    const logs = pod.rig.run(['logs', '-f']);
    await logs.output(/one\n/);
    await pod.rig.project.write('go', '');
    await logs.output(/two\n/);
    await pod.rig.project.write('end', '');
    expect(await logs.exitCode()).toBe(0);
    expect(logs.stdout).toBe('web | one\nweb | two\n'.replaceAll('web | ', ''));
  });

  test('has the output of earlier runs from their files, also when nothing runs', async () => {
    await using rig = await PodRig.open({ primary: { name: 'web', command: 'cat text; exit' } });
    for (const text of ['first\n', 'second\n']) {
      await rig.project.write('text', text);
      await rig.up().exitCode();
      // Runs are sorted by their second.
      const second = Math.floor(Date.now() / 1_000);
      await eventually('the next second', () => Date.now() / 1_000 > second + 1);
    }
    const ask = async (...args: string[]) => (await command(['logs', ...args], rig.project.folder)).stdout;
    expect(await ask()).toBe('second\n');
    expect(await ask('--previous')).toBe('first\n');
    expect(await ask('-t')).toMatch(/^\d\d:\d\d:\d\d {5}second\n$/);
    expect(await ask('--since', '10m')).toBe('second\n');
    expect(await ask('--since', '2099-01-01')).toBe('');
    expect(await ask('--previous', '--since', '10m')).toBe('first\n');
    const missing = await command(['logs', '--run', 'feedbeef'], rig.project.folder);
    expect(missing.code).toBe(2);
    const [, id = ''] = /-([0-9a-f]{8})/.exec(missing.stderr) ?? [];
    expect(await ask('--run', id)).toBe('first\n');
  });
});

describe('events', () => {
  test('are numbered without gaps, and followed to the end', async () => {
    await using pod = await upAndReady();
    const following = pod.rig.run(['events', '-f', '--json']);
    await following.until('a first event', () => following.events.length > 3);
    await pod.ask('down');
    expect(await following.exitCode()).toBe(0);
    const events = following.events.map((event) => published('event', event));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect(events.at(-1)).toMatchObject({ type: 'pod', state: 'stopped', exitCode: 0 });
  });

  test('says in words what happened to each process', async () => {
    await using pod = await upAndReady();
    const { stdout } = await pod.ask('events', '--since', '1');
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} +2 {2}db pending -> starting$/m);
    expect(stdout).not.toContain('pod starting');
  });

  test('fails with a usage error when it is to begin at a number that does not exist yet', async () => {
    await using pod = await upAndReady();
    const { code, stderr } = await pod.ask('events', '--since', '100000');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no event 100000 yet');
  });
});

describe('exec, env and why', () => {
  const config = {
    sidecars: { db: { command: 'exit 4', restart: { backoff: { initial: '1h' } } } },
    primary: {
      name: 'web',
      command: sleeper,
      cwd: 'app',
      env: { API_KEY: 'secret', PLAIN: 'two words' },
      dependsOn: [],
    },
  };
  const open = async () => {
    const rig = await PodRig.open(config, { 'app/file': 'text\n' });
    const run = rig.up();
    await run.state('web', 'ready');
    await run.state('db', 'backoff');
    const ask = (...args: string[]) => command(args, rig.project.folder);
    const exec = (...args: string[]) => runToEnd(['exec', ...args], rig.project.folder);
    return { rig, ask, exec, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
  };

  test('exec has the environment, the folder and the exit code of its command', async () => {
    await using pod = await open();
    const run = await pod.exec('web', '--', 'sh', '-c', 'echo $API_KEY $PORT; cat file; exit 7');
    expect(run).toEqual({ code: 7, stdout: 'secret\ntext\n', stderr: '' });
    expect((await pod.exec('web', '--', 'no-such-program')).code).toBe(127);
    expect((await pod.exec('wob', '--', 'true')).code).toBe(2);
    expect((await pod.exec('web')).code).toBe(2);
  });

  test('env masks secrets until they are asked for', async () => {
    await using pod = await open();
    expect((await pod.ask('env', 'web')).stdout).toMatch(/^API_KEY=\*\*\*$/m);
    expect((await pod.ask('env', 'web')).stdout).toMatch(/^PLAIN='two words'$/m);
    expect((await pod.ask('env', 'web', '--reveal')).stdout).toMatch(/^API_KEY=secret$/m);
    const { stdout } = await pod.ask('env', 'web', '--json');
    expect(published('environment', JSON.parse(stdout))).toMatchObject({
      API_KEY: null,
      PLAIN: 'two words',
    });
  });

  test('why tells the reason, the last end, and where the output is', async () => {
    await using pod = await open();
    await eventually('the second end', async () =>
      (await pod.ask('why', 'db')).stdout.includes('restart 2 in'),
    );
    const { stdout } = await pod.ask('why', 'db');
    expect(stdout).toMatch(/^db exited with code 4 \S+ ago; restart 2 in \S.*\.$/m);
    expect(stdout).toMatch(/^Its last run exited with code 4 after /m);
    const facts = published('why', JSON.parse((await pod.ask('why', 'db', '--json')).stdout));
    expect(facts).toMatchObject({ process: 'db', state: 'backoff', exits: [{ code: 4 }, { code: 4 }] });
  });
});

describe('up --detach', () => {
  test('returns when the primary is ready, and the pod goes on without it', async () => {
    await using pod = await openDetached({
      name: 'web',
      command: 'echo hello; exec sleep 600',
      readiness: { exec: ['true'] },
    });
    const { code, stdout } = await pod.up();
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^pod shop is up \(pid \d+\)/),
    });
    const status = published('snapshot', JSON.parse((await pod.ask('status', '--json')).stdout));
    expect(status).toMatchObject({ state: 'running', mode: 'up', processes: [{ state: 'ready' }] });
    expect((await pod.ask('logs')).stdout).toBe('hello\n');
    expect(readFileSync(pod.rig.project.path('.sidecarctl/detached.log'), 'utf8')).not.toContain('hello');
    expect((await pod.ask('down')).code).toBe(0);
    expect(isAlive(status.pid)).toBe(false);
  });

  test('that cannot come up says what was waited for, and leaves nothing', async () => {
    await using pod = await openDetached({ name: 'web', command: sleeper, readiness: { file: 'never' } });
    const { code, stderr } = await pod.up('--start-timeout', '200ms');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('still waiting for web') });
    expect(pod.rig.processes()).toEqual([]);
  });

  test('gives the error of a wrong config and code 2', async () => {
    await using pod = await openDetached({ name: 'web', command: 3 });
    expect(await pod.up()).toMatchObject({ code: 2, stderr: expect.stringContaining('primary.command') });
  });
});

const openDetached = async (primary: object) => {
  const rig = await PodRig.open({ primary });
  const ask = (...args: string[]) => command(args, rig.project.folder);
  const up = async (...args: string[]) => {
    const run = rig.run(['up', '--detach', ...args]);
    return { code: await run.exitCode(), stdout: run.stdout, stderr: run.stderr };
  };
  const close = async () => {
    await ask('down', '--grace', '0');
    await rig[Symbol.asyncDispose]();
  };
  return { rig, ask, up, [Symbol.asyncDispose]: close };
};

describe('a config', () => {
  test('runs once: a second pod is refused with the pid of the first, before anything starts', async () => {
    await using pod = await upAndReady({
      sidecars: {},
      primary: { name: 'web', command: 'echo ran >> runs; exec sleep 600' },
    });
    const second = await runToEnd(['up'], pod.rig.project.folder);
    expect(second).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`is already running (pid ${pod.run.pid})`),
    });
    expect(readFileSync(pod.rig.project.path('runs'), 'utf8')).toBe('ran\n');
    expect((await pod.ask('check')).code).toBe(0);
    expect((await pod.ask('graph')).code).toBe(0);
  });

  test('runs once when two pods start at the same time', async () => {
    await using rig = await PodRig.open({ primary: { command: sleeper } });
    const both = [rig.up(), rig.up(), rig.up()];
    const ends: unknown[] = [];
    for (const run of both) void run.ended.then(({ code }) => ends.push(code));
    await eventually('two of them to be refused', () => ends.length === 2);
    expect(ends).toEqual([1, 1]);
  });

  test('another name runs beside it, with ports, volumes and socket of its own', async () => {
    await using pod = await upAndReady({
      volumes: { kept: { persist: true } },
      primary: {
        name: 'web',
        command: 'echo here > $VOLUME_KEPT/file; exec sleep 600',
        ports: { http: 'auto' },
        readiness: { exec: ['true'] },
      },
    });
    const blue = pod.rig.up('--name', 'blue');
    await blue.state('web', 'ready');
    const [own, other] = [
      await pod.json('snapshot', 'status'),
      await pod.json('snapshot', 'status', '--name', 'blue'),
    ];
    expect([own['name'], other['name']]).toEqual(['shop', 'blue']);
    expect(JSON.stringify(own['processes'])).not.toBe(JSON.stringify(other['processes']));
    await pod.rig.fileText('.sidecarctl/volumes/kept/file');
    await pod.rig.fileText('.sidecarctl/volumes@blue/kept/file');
    expect((await pod.ask('logs', '--name', 'blu')).stderr).toContain(
      'no pod blu (did you mean blue?) is running for',
    );
    expect((await pod.ask('down', '--name', 'blue')).code).toBe(0);
    expect((await pod.ask('status')).code).toBe(0);
    expect((await pod.ask('status', '--name', 'blue')).stderr).toContain('running: the one without a name');
  });

  test('runs in two checkouts of a project side by side', async () => {
    const config = { primary: { name: 'web', command: sleeper, ports: { http: 'auto' }, readiness: false } };
    await using one = await PodRig.open(config);
    await using two = await PodRig.open(config);
    const ports: unknown[] = [];
    for (const rig of [one, two]) ports.push((await rig.up().state('web', 'ready'))['ports']);
    expect(ports[0]).not.toEqual(ports[1]);
    for (const rig of [one, two]) expect(await rig.run(['down']).exitCode()).toBe(0);
  });
});

describe('the published schema fits the JSON', () => {
  const config = {
    init: { seed: { command: 'echo seeded' } },
    sidecars: {
      db: { command: 'echo up; exec sleep 600', ports: { main: 'auto' }, readiness: { exec: ['true'] } },
      sad: { command: 'echo sad; exit 3', restart: 'never' },
    },
    primary: { name: 'web', command: sleeper, dependsOn: ['seed'], env: { API_KEY: 'secret' } },
  };

  test('of every command', async () => {
    await using pod = await upAndReady(config);
    await pod.run.state('sad', 'failed');
    await pod.run.state('db', 'ready');
    const following = [
      pod.rig.run(['events', '-f', '--json']),
      pod.rig.run(['logs', '-f', '--json']),
    ] as const;
    await following[1].output(/seeded/);
    const commands: ReadonlyArray<readonly [Parameters<typeof pod.json>[0], ...string[]]> = [
      ['snapshot', 'status'],
      ['steered', 'stop', 'db'],
      ['steered', 'start', 'db'],
      ['steered', 'restart', 'db'],
      ['steered', 'start', 'sad'],
      ['waited', 'wait', 'db', 'seed=completed'],
      ['waited', 'wait', 'db=stopped', '--timeout', '1ms'],
      ['environment', 'env', 'web'],
      ['environment', 'env', 'web', '--reveal'],
      ['why', 'why', 'sad'],
      ['why', 'why', 'web'],
      ['reloaded', 'reload', '--dry-run'],
      ['diagnosis', 'doctor'],
      ['checked', 'check'],
      ['graph', 'graph'],
      ['downed', 'down'],
      ['downed', 'down'],
      ['waited', 'wait', 'web', '--for', 'stopped'],
      ['why', 'why', 'sad'],
    ];
    for (const [shape, ...args] of commands) await pod.json(shape, ...args);
    const [events, lines] = following;
    expect([await events.exitCode(), await lines.exitCode()]).toEqual([0, 0]);
    expect(publishedLines(['event', 'missed'], events.stdout).length).toBeGreaterThan(10);
    expect(publishedLines(['logLine', 'missed'], lines.stdout).length).toBeGreaterThan(3);
    const kept = await pod.ask('logs', '--json');
    expect(publishedLines(['keptLine'], kept.stdout).length).toBeGreaterThan(3);
    const reported = pod.run.events.map((event) => JSON.stringify(event)).join('\n');
    expect(publishedLines(['outputEvent', 'event'], reported).length).toBeGreaterThan(10);
  });

  test('of every stream of the socket', async () => {
    await using pod = await upAndReady(config);
    const connection = new Connection(recordOf(pod).socket);
    const streams = [
      ['snapshot', 'pod?follow=1'],
      ['event', 'events?follow=1'],
      ['logLine', 'logs?follow=1'],
      ['usage', 'usage'],
    ] as const;
    const counts = streams.map(() => 0);
    const following = streams.map(([shape, path], at) =>
      connection.follow(path, new AbortController().signal, (object) => {
        published(shape, object);
        counts[at] = (counts[at] ?? 0) + 1;
      }),
    );
    const details = await connection.get<object>('processes/db');
    published('details', details.ok && details.value);
    published('error', await connection.get('processes/nobody'));
    await eventually('something on each stream', () => !counts.includes(0));
    await pod.ask('down');
    await Promise.all(following);
  });
});

describe('the socket', () => {
  test('belongs to this user alone, as its folder does', async () => {
    await using pod = await upAndReady();
    const { socket } = recordOf(pod);
    await eventually('the socket', () => statSync(socket, { throwIfNoEntry: false }) !== undefined);
    await pod.ask('status');
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
    expect(statSync(pod.rig.project.path('.sidecarctl/pods')).mode & 0o777).toBe(0o700);
  });

  test('of a supervisor that was killed is replaced, and its pod does not count as running', async () => {
    await using pod = await upAndReady();
    await pod.ask('status');
    const { socket } = recordOf(pod);
    await pod.rig.crash(pod.run);
    expect((await pod.ask('status')).code).toBe(3);
    const next = pod.rig.up();
    await next.state('web', 'ready');
    expect((await pod.ask('status')).code).toBe(0);
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('lies in XDG_RUNTIME_DIR where there is one, and in /tmp where the path would be too long', async () => {
    await using rig = await PodRig.open({ primary: { name: 'web', command: sleeper } });
    for (const [folder, expected] of [
      ['run', rig.project.path('run')],
      ['r'.repeat(100), '/tmp/sidecarctl-'],
    ] as const) {
      mkdirSync(rig.project.path(folder), { mode: 0o700 });
      const env = { XDG_RUNTIME_DIR: rig.project.path(folder), TMPDIR: '/tmp' };
      const run = rig.run(['up', '--ui', 'json'], { env });
      await run.state('web', 'ready');
      expect(recordOf({ rig }).socket.startsWith(expected)).toBe(true);
      expect(await rig.run(['down']).exitCode()).toBe(0);
    }
  });

  test('is not touched by a record that names something else', async () => {
    await using rig = await PodRig.open({ primary: { name: 'web', command: sleeper } });
    const victim = rig.project.path('precious');
    await rig.project.write('precious', 'text');
    await rig.project.write(
      '.sidecarctl/pods/sidecars.config.mjs.json',
      JSON.stringify({
        version: 1,
        pid: 2 ** 22,
        startTime: 1,
        runId: 'ffffffff',
        name: 'x',
        label: null,
        configFile: victim,
        socket: victim,
      }),
    );
    const run = rig.up();
    await run.state('web', 'ready');
    expect(readFileSync(victim, 'utf8')).toBe('text');
  });
});
