import { describe, expect, test } from 'vitest';
import type { Notice } from '../../src/model/notice.ts';
import { noticeText } from '../../src/report/wording.ts';
import { eventually } from '../support/deadline.ts';
import { isAlive } from '../support/pod-rig.ts';
import { Project } from '../support/project.ts';
import { RunningPod } from './running-pod.ts';

const sleeper = ['sleep', '600'];

const start = async (commands: object, fields: object = {}, project?: Project, sidecars: object = {}) => {
  const config = { sidecars, primary: { name: 'web', command: sleeper, commands, ...fields } };
  const running = await RunningPod.open(config, project === undefined ? {} : { project });
  running.pod.start(null);
  await running.is('web', 'ready');
  return running;
};

const ask = (
  { client }: RunningPod,
  command: string,
  type: 'run-command' | 'stop-command' = 'run-command',
  process = 'web',
) => client.request({ type, process, command });

const stateOf = (running: RunningPod, command: string) =>
  running.process('web').commands.find(({ name }) => name === command);

const ended = (running: RunningPod, command: string) =>
  eventually(`the end of ${command}`, () => {
    const state = stateOf(running, command);
    return state !== undefined && state.pid === null && state.lastExit !== null;
  });

const linesOf = ({ client }: RunningPod, log: string): readonly string[] =>
  client
    .log(log)
    .before(Number.POSITIVE_INFINITY, 100)
    .map(({ line }) => line.toString());

/** Writes the pid of a process that sleeps on, and tells about each SIGTERM. */
const STUBBORN = 'trap "echo no" TERM; echo $$; while :; do sleep 0.05; done';

const pidFrom = async (running: RunningPod, log: string): Promise<number> => {
  await eventually('the pid', () => linesOf(running, log).length > 0);
  return Number(linesOf(running, log)[0]);
};

describe('a command beside a process', () => {
  test('runs with the environment and the folder of the process, and has a log of its own', async () => {
    const where = 'echo "$GREETING in ${PWD##*/} on $PORT"';
    const project = await Project.create({ 'below/file': '' });
    await using running = await start(
      { where: { command: where, description: 'says where it runs' } },
      { env: { GREETING: 'hello' }, cwd: 'below', ports: { http: 'auto' }, readiness: false },
      project,
    );
    expect(await ask(running, 'where')).toEqual({ ok: true });
    await ended(running, 'where');
    const [port] = running.process('web').ports;
    expect(linesOf(running, 'web.where')).toEqual([`hello in below on ${port?.port}`]);
    expect(linesOf(running, 'web')).toEqual([]);
    expect(stateOf(running, 'where')).toMatchObject({
      command: where,
      description: 'says where it runs',
      log: 'web.where',
      lastExit: { code: 0, signal: null, text: 'exited with code 0' },
    });
  });

  test('has its references filled in, and an empty stdin', async () => {
    await using running = await start(
      {
        port: ['echo', '${ports.db.main}'],
        folder: { command: ({ env }: { env: Record<string, string> }) => ['echo', env['PATH'] ?? ''] },
        read: 'cat; echo over',
      },
      {},
      undefined,
      { db: { command: sleeper, ports: { main: 'auto' }, readiness: false } },
    );
    for (const command of ['port', 'folder', 'read']) {
      expect(await ask(running, command)).toEqual({ ok: true });
      await ended(running, command);
    }
    expect(linesOf(running, 'web.port')).toEqual([`${running.process('db').ports[0]?.port}`]);
    expect(linesOf(running, 'web.folder')).toEqual([process.env['PATH']]);
    expect(linesOf(running, 'web.read')).toEqual(['over']);
  });

  test('gets the environment of the newest launch, whatever is in the env file by now', async () => {
    const project = await Project.create({ '.env': 'KEY=old' });
    await using running = await start({ show: 'echo "$KEY"' }, { envFile: '.env' }, project);
    await project.write('.env', 'KEY=new');
    await ask(running, 'show');
    await ended(running, 'show');
    expect(linesOf(running, 'web.show')).toEqual(['old']);
  });

  test('is told with its exit code, and runs again', async () => {
    await using running = await start({ fail: 'echo "run"; exit 3' });
    const notices: Notice[] = [];
    running.pod.attach({
      event: () => undefined,
      output: () => undefined,
      notice: (notice) => notices.push(notice),
    });
    await ask(running, 'fail');
    await ended(running, 'fail');
    await ask(running, 'fail');
    await eventually('two ends', () => notices.filter(({ kind }) => kind === 'command-ended').length === 2);
    expect(linesOf(running, 'web.fail')).toEqual(['run', 'run']);
    expect(notices.map(noticeText)).toEqual([
      expect.stringMatching(/^web: fail started \(pid \d+\)$/),
      expect.stringMatching(/^web: fail exited with code 3 after \d/),
      expect.stringMatching(/^web: fail started/),
      expect.stringMatching(/^web: fail exited with code 3/),
    ]);
    const events = running.pod.events.since(0).filter(({ type }) => type === 'notice');
    expect(events.at(-1)).toMatchObject({
      kind: 'command-ended',
      name: 'web',
      command: 'fail',
      exitCode: 3,
      signal: null,
    });
  });

  test('runs once at a time, beside others', async () => {
    await using running = await start({ long: sleeper, other: sleeper });
    expect(await ask(running, 'long')).toEqual({ ok: true });
    expect(await ask(running, 'other')).toEqual({ ok: true });
    expect(await ask(running, 'long')).toEqual({
      ok: false,
      message: 'web: long is already running; stop it before you run it again',
    });
    expect(stateOf(running, 'long')?.pid).toBeGreaterThan(0);
  });

  test('is stopped with SIGTERM, and killed at the second request', async () => {
    await using running = await start({ long: sleeper, stubborn: STUBBORN });
    await ask(running, 'long');
    expect(await ask(running, 'long', 'stop-command')).toEqual({ ok: true });
    await ended(running, 'long');
    expect(stateOf(running, 'long')?.lastExit).toMatchObject({ signal: 'SIGTERM' });
    expect(running.pod.events.since(0).at(-1)?.['message']).toMatch(
      /^web: long was stopped by SIGTERM after /,
    );
    await ask(running, 'stubborn');
    const pid = await pidFrom(running, 'web.stubborn');
    await ask(running, 'stubborn', 'stop-command');
    await eventually('the answer to SIGTERM', () => linesOf(running, 'web.stubborn').includes('no'));
    await ask(running, 'stubborn', 'stop-command');
    await ended(running, 'stubborn');
    expect(stateOf(running, 'stubborn')?.lastExit).toMatchObject({ signal: 'SIGKILL' });
    expect(isAlive(pid)).toBe(false);
  });

  test('is killed once the grace of the process is over', async () => {
    await using running = await start({ stubborn: STUBBORN }, { stop: { grace: '100ms' } });
    await ask(running, 'stubborn');
    await pidFrom(running, 'web.stubborn');
    await ask(running, 'stubborn', 'stop-command');
    await ended(running, 'stubborn');
    expect(stateOf(running, 'stubborn')?.lastExit).toMatchObject({ signal: 'SIGKILL' });
  });

  test('takes along what it has left running', async () => {
    await using running = await start({ leave: 'sleep 600 & echo $!' });
    await ask(running, 'leave');
    const pid = await pidFrom(running, 'web.leave');
    await ended(running, 'leave');
    expect(isAlive(pid)).toBe(false);
    expect(stateOf(running, 'leave')?.lastExit).toMatchObject({ code: 0 });
  });

  test('goes on when its process is stopped, and has its environment while that is down', async () => {
    await using running = await start(
      { long: sleeper, show: 'echo "$GREETING"' },
      { env: { GREETING: 'hello' } },
      undefined,
      {
        other: {
          command: sleeper,
          commands: { show: 'echo "$GREETING"' },
          env: { GREETING: 'never' },
          autostart: false,
        },
      },
    );
    await ask(running, 'show', 'run-command', 'other');
    await eventually('its line', () => linesOf(running, 'other.show').join() === 'never');
    await ask(running, 'long');
    const { pid } = running.process('web');
    await running.client.request({ type: 'restart', process: 'web' });
    await eventually('another instance', () => ![null, pid].includes(running.process('web').pid));
    expect(stateOf(running, 'long')?.pid).toBeGreaterThan(0);
  });

  test('ends with the pod', async () => {
    const running = await start({ long: 'echo $$; sleep 600', stubborn: STUBBORN });
    await ask(running, 'long');
    await ask(running, 'stubborn');
    const pids = [await pidFrom(running, 'web.long'), await pidFrom(running, 'web.stubborn')];
    await running[Symbol.asyncDispose]();
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('is refused, with the reason, if it cannot run', async () => {
    await using running = await start({ migrate: 'true', gone: ['no-such-program'] }, {}, undefined, {
      plain: { command: sleeper },
    });
    const messages = [];
    for (const [command, process] of [
      ['migrat', 'web'],
      ['migrate', 'wbe'],
      ['migrate', 'plain'],
      ['gone', 'web'],
    ] as const)
      messages.push(await ask(running, command, 'run-command', process));
    messages.push(await ask(running, 'migrate', 'stop-command'));
    expect(messages.map((outcome) => (outcome.ok ? null : outcome.message))).toEqual([
      'web has no command migrat (did you mean migrate?); there are migrate, gone',
      'there is no process wbe (did you mean web?); there are plain, web',
      "plain has no commands; name them under 'commands' in its config",
      expect.stringMatching(/^web: gone could not be started: .*no-such-program/),
      'web: migrate is not running',
    ]);
    expect(stateOf(running, 'gone')).toMatchObject({ pid: null, lastExit: { code: 127 } });
  });

  test('shows no secret of its command line', async () => {
    await using running = await start({ login: ['psql', 'postgres://shop:hunter2@localhost/shop'] });
    expect(JSON.stringify(running.client.snapshot)).not.toContain('hunter2');
  });

  test('shows a line that has no end yet', async () => {
    await using running = await start({ ask: 'printf "Are you sure? "; sleep 600' });
    await ask(running, 'ask');
    await eventually('the question', () => linesOf(running, 'web.ask').join() === 'Are you sure? ');
  });
});
