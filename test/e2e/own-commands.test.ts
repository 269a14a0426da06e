import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/control/client/connection.ts';
import type { RequestOutcome } from '../../src/control/pod-client.ts';
import { hostCommands } from '../support/command-host.ts';
import type { CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { isAlive, PodRig } from '../support/pod-rig.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';
import { published, publishedLines } from '../support/published-schema.ts';
import { runToEnd } from '../support/run-to-end.ts';

const sidecarctl = hostCommands();

const sleeper = ['sleep', '600'];

/** Starts what leaves its session and clears its environment, as a daemon does, and tells its pid. */
const DAEMON = 'setsid env -i sleep 600 & echo $!; sleep 600';

const daemonOf = async (run: CommandLine): Promise<number> => {
  const { line } = await run.event('its pid', ({ name }) => name === 'web.leave');
  return Number(line);
};

const openPod = async (commands: object) => {
  const rig = await PodRig.open({
    primary: { name: 'web', command: sleeper, env: { GREETING: 'hello' }, commands },
  });
  const run = rig.up();
  await run.state('web', 'ready');
  return { rig, run, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
};

const connect = ({ rig }: { readonly rig: PodRig }): Connection => {
  const record = readFileSync(rig.project.path('.sidecarctl/pods/sidecars.config.mjs.json'), 'utf8');
  return new Connection((JSON.parse(record) as { readonly socket: string }).socket);
};

const ask = async (pod: { readonly rig: PodRig }, type: string, command: string): Promise<RequestOutcome> => {
  const connection = connect(pod);
  const answer = await connection.post<RequestOutcome>('requests', { type, process: 'web', command });
  return answer.ok ? answer.value : answer;
};

describe('a command beside a process', () => {
  test('runs by a request over the control socket, and its output is kept under a name of its own', async () => {
    await using pod = await openPod({ greet: 'echo "$GREETING"; echo oops >&2; exit 3' });
    await eventually('the socket', async () => (await ask(pod, 'run-command', 'greet')).ok);
    const end = await pod.run.event('the end', ({ kind }) => kind === 'command-ended');
    expect(end).toMatchObject({ name: 'web', command: 'greet', exitCode: 3, signal: null });
    expect(publishedLines(['event', 'outputEvent'], pod.run.stdout)).toContainEqual(
      expect.objectContaining({ type: 'log', name: 'web.greet', stream: 'stderr', line: 'oops' }),
    );
    const { rig } = pod;
    const status = await sidecarctl(['status', '--json'], rig.project.folder);
    const { processes } = published('snapshot', JSON.parse(status.stdout));
    expect(processes[0]?.commands).toMatchObject([
      { name: 'greet', log: 'web.greet', lastExit: { code: 3 } },
    ]);
    const live = await sidecarctl(['logs', 'web.greet'], rig.project.folder);
    expect(live.stdout.split('\n').toSorted()).toEqual(['', 'hello', 'oops']);
    expect((await sidecarctl(['logs'], rig.project.folder)).stdout).toContain('web.greet | hello\n');
    await runToEnd(['down'], rig.project.folder);
    await pod.run.exit();
    const kept = await sidecarctl(['logs', 'web.greet'], rig.project.folder);
    expect(kept.stdout.split('\n').toSorted()).toEqual(['', 'hello', 'oops']);
  });

  test('leaves nothing when the pod stops, whatever it has started', async () => {
    await using pod = await openPod({ leave: DAEMON });
    await eventually('the socket', async () => (await ask(pod, 'run-command', 'leave')).ok);
    const daemon = await daemonOf(pod.run);
    expect(isAlive(daemon)).toBe(true);
    pod.run.signal('SIGTERM');
    expect(await pod.run.exitCode()).toBe(0);
    expect(isAlive(daemon)).toBe(false);
    expect(pod.rig.processes()).toEqual([]);
  });

  test('leaves nothing when sidecarctl is killed, and its last line is in its log file', async () => {
    await using pod = await openPod({ leave: DAEMON });
    await eventually('the socket', async () => (await ask(pod, 'run-command', 'leave')).ok);
    const daemon = await daemonOf(pod.run);
    await pod.rig.crash(pod.run);
    await eventually('nothing to be left', () => pod.rig.processes().length === 0 && !isAlive(daemon));
    const kept = await sidecarctl(['logs', 'web.leave'], pod.rig.project.folder);
    // A shell that outlives its child for a moment says how that ended.
    expect(kept.stdout.split('\n')[0]).toBe(String(daemon));
  });

  test('runs from a dashboard that is attached, which shows its output and its end', async () => {
    const migrate = 'echo "$GREETING from migrate"; until [ -e go ]; do sleep 0.05; done; exit 3';
    await using pod = await openPod({ migrate });
    await eventually('the socket', async () => !(await ask(pod, 'run-command', 'none')).ok);
    await using terminal = new PseudoTerminal(['attach'], { cwd: pod.rig.project.folder });
    await terminal.shows('following');
    terminal.type(':mig');
    await terminal.shows(/> web: migrate/);
    terminal.type('\r');
    await terminal.shows(/>web: migrate {2}following/);
    await terminal.shows('hello from migrate');
    await pod.rig.project.write('go', '');
    await terminal.shows('── exited with code 3 after');
    await terminal.shows(/ web: migrate exited with code 3 after/);
    terminal.type('q');
    expect(await terminal.exit()).toBe(0);
  });

  test.runIf(process.platform === 'linux')(
    'with a terminal is drawn by the dashboard, and typed to there and from another terminal',
    async () => {
      const read =
        'test -t 0 && printf "name? "; read -r name; echo "hello $name"; read -r more; echo "and $more"; sleep 600';
      await using pod = await openPod({ ask: { command: read, tty: true }, plain: sleeper });
      await eventually('the socket', async () => (await ask(pod, 'run-command', 'plain')).ok);
      const { folder } = pod.rig.project;
      const refused = await sidecarctl(['send', 'web.plain', 'x'], folder);
      expect(refused.stderr).toContain('web: plain: its stdin is empty; give it a terminal with tty: true');
      await using dashboard = new PseudoTerminal(['attach'], { cwd: folder, columns: 100, rows: 24 });
      await dashboard.shows('following');
      dashboard.type(':ask\r');
      await dashboard.shows('name?');
      await using terminal = new PseudoTerminal(['attach', 'web.ask'], { cwd: folder });
      await terminal.shows('attached to web.ask; Ctrl-] leaves it');
      terminal.type('world\r');
      await terminal.shows('hello world');
      await dashboard.shows('hello world');
      dashboard.type('I');
      await dashboard.shows('leaves web: ask, which gets all keys');
      dashboard.type('moon\r');
      await terminal.shows('and moon');
      dashboard.type('\u001d');
      terminal.type('\u001d');
      expect(await terminal.exit()).toBe(0);
      expect((await ask(pod, 'stop-command', 'ask')).ok).toBe(true);
      await pod.run.event('its end', ({ kind, command }) => kind === 'command-ended' && command === 'ask');
      dashboard.type('q');
      expect(await dashboard.exit()).toBe(0);
    },
  );

  test('follows an edit of the config, which restarts nothing', async () => {
    await using pod = await openPod({ greet: 'echo before' });
    const { rig, run } = pod;
    await eventually('the socket', async () => (await ask(pod, 'run-command', 'greet')).ok);
    await run.event('the end', ({ kind }) => kind === 'command-ended');
    await rig.configure({
      primary: {
        name: 'web',
        command: sleeper,
        env: { GREETING: 'hello' },
        commands: { greet: 'echo after' },
      },
    });
    const { stdout } = await sidecarctl(['reload'], rig.project.folder);
    expect(stdout).toMatch(/^web is updated without a restart: its commands changed/);
    await ask(pod, 'run-command', 'greet');
    await run.event('the new line', ({ name, line }) => name === 'web.greet' && line === 'after');
    expect(run.events.filter(({ name, state }) => name === 'web' && state === 'starting')).toHaveLength(1);
  });
});
