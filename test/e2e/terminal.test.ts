import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isAlive, PodRig, processesWith, stop } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';
import { CTRL_C, CTRL_Z, Terminal } from '../support/terminal.ts';

/** Counts for ever, notes each signal it gets, and ends with SIGTERM. */
const COUNTER = `
note() { echo "$1" >>"$NAME.signals"; }
trap 'note INT' INT
trap 'note HUP' HUP
trap 'note TERM; exit 0' TERM
count=0
while :; do count=$((count + 1)); echo "count $count"; echo $count >"$NAME.count"; sleep 0.02; done
`;

const openCounters = (): Promise<Project> => {
  const counter = (name: string) => ({ command: ['sh', 'counter.sh'], env: { NAME: name } });
  return Project.create({
    'counter.sh': COUNTER,
    'sidecars.config.mjs': configFile({
      sidecars: { side: counter('side') },
      primary: { ...counter('app'), name: 'app' },
    }),
  });
};

const start = async (terminal: Terminal): Promise<void> => {
  terminal.type('"$NODE" "$SIDECARCTL" up --ui plain\n');
  await terminal.shows(/app +\| count 3\b/);
  await terminal.shows(/side +\| count 3\b/);
};

const noted = (project: Project, name: string): string =>
  existsSync(project.path(`${name}.signals`)) ? readFileSync(project.path(`${name}.signals`), 'utf8') : '';

const countOf = (project: Project): number => Number(readFileSync(project.path('app.count'), 'utf8'));

const nobodyIsLeft = (project: Project): Promise<void> =>
  eventually(
    'nobody to be left',
    () => processesWith(`PWD=${project.folder}\0`).filter(isAlive).length === 0,
  );

describe.runIf(process.platform === 'linux')('in a terminal', () => {
  test('Ctrl-C stops the pod, and no process gets more than its one stop signal', async () => {
    await using project = await openCounters();
    await using terminal = new Terminal(project.folder);
    await start(terminal);
    terminal.type(CTRL_C);
    await terminal.shows(/has stopped, exit code 0/);
    terminal.type('echo "it ended with <$?>"\n');
    await terminal.shows(/it ended with <0>/);
    expect({ app: noted(project, 'app'), side: noted(project, 'side') }).toEqual({
      app: 'TERM\n',
      side: 'TERM\n',
    });
  });

  test('its closing stops the pod in order and leaves nothing behind', async () => {
    await using project = await openCounters();
    await using terminal = new Terminal(project.folder);
    await start(terminal);
    await terminal.close();
    await nobodyIsLeft(project);
    expect({ app: noted(project, 'app'), side: noted(project, 'side') }).toEqual({
      app: 'TERM\n',
      side: 'TERM\n',
    });
    expect(readdirSync(project.path('.sidecarctl/runs'))).toEqual([]);
  });

  test('Ctrl-Z stops sidecarctl alone, and after fg the output goes on where it was', async () => {
    await using project = await openCounters();
    await using terminal = new Terminal(project.folder);
    await start(terminal);
    terminal.type(CTRL_Z);
    await terminal.shows(/Stopped/);
    const [atStop, counted] = [terminal.screen.length, countOf(project)];
    await eventually('the processes to go on', () => countOf(project) > counted + 10);
    expect(terminal.screen.slice(atStop)).not.toMatch(/\| count/);
    terminal.type('fg\n');
    await terminal.shows(new RegExp(`app +\\| count ${counted + 12}\\b`), atStop);
    terminal.type(CTRL_C);
    await terminal.shows(/has stopped, exit code 0/);
    const counts = [...terminal.screen.matchAll(/app +\| count (\d+)/g)].map(([, count]) => Number(count));
    expect(counts).toEqual(counts.map((_, index) => index + 1));
  });
});

/** Longer than what a busy machine may hold a timer up. */
const PAUSE_MS = 2_500;

const pause = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGSTOP');
  const until = performance.now() + PAUSE_MS;
  await eventually('the end of the pause', () => performance.now() > until);
};

describe.runIf(process.platform === 'linux')('a supervisor that was stopped', () => {
  const startup = { period: '100ms', failureThreshold: 25 };

  test.each([
    ['between two attempts of its probe', { file: 'up', ...startup }],
    ['while an attempt is under way', { exec: 'sleep 0.4; test -e up', ...startup }],
  ])('gives a process the time that it did not look: %s', async (_, probe) => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { startup: probe }) },
      primary: steered('app'),
    }));
    const run = rig.up();
    await rig.child('db');
    await run.event('a failed look', (event) => event.type === 'probe');
    await pause(run.pid);
    await rig.project.write('up', '');
    run.signal('SIGCONT');
    await run.state('db', 'ready');
    expect(run.events.filter(({ state }) => state === 'backoff')).toEqual([]);
    await stop(run);
  });

  test('ends with the SIGTERM that came meanwhile, as soon as it goes on', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    const run = rig.up();
    await rig.child('app');
    run.signal('SIGSTOP');
    run.signal('SIGTERM');
    run.signal('SIGCONT');
    expect(await run.exitCode()).toBe(0);
  });
});
