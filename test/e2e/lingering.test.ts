import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CommandLine, isRunning } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { Nobody } from '../support/nobody.ts';
import { isAlive, PodRig } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** A master that starts a worker for each SIGHUP; workers are deaf to SIGTERM. */
const MASTER =
  'trap "" TERM; trap "sh -c \'echo \\$\\$ >> workers; sleep 1000; :\' &" HUP; echo $$ >> masters; echo up; while :; do sleep 0.1; done';
const SETPRIV = '/usr/bin/setpriv';

describe.runIf(process.platform === 'linux')('a main process that dies and leaves others behind', () => {
  test('is stopping until they are gone, and is restarted, though it had a signal before that it lived on with', async () => {
    await using rig = await PodRig.open(
      {
        sidecars: { master: { command: MASTER, watch: { paths: ['conf'], action: { signal: 'SIGHUP' } } } },
        primary: { command: 'exec sleep 1000' },
        stop: { grace: '400ms', minimumGrace: '600ms' },
      },
      { conf: '1' },
    );
    const run = rig.run(['dev', '--ui', 'json']);
    await run.event('the watching', ({ type, kind }) => type === 'notice' && kind === 'watching');
    await rig.project.write('conf', '2');
    const worker = Number(await rig.fileText('workers'));
    process.kill(Number(await rig.fileText('masters')), 'SIGKILL');

    const stopping = await run.state('master', 'stopping');
    expect(stopping).toMatchObject({ previous: 'ready', reason: 'its main process was killed by SIGKILL' });
    expect(stopping['pid']).toBeUndefined();
    await run.event(
      'its restart',
      ({ name, state, restarts }) => name === 'master' && state === 'ready' && restarts === 1,
    );
    expect(isAlive(worker)).toBe(false);
  });
});

describe.runIf(process.geteuid?.() === 0 && existsSync(SETPRIV))('a process of another user', () => {
  test('that cannot be killed is named, and a second one is started only when asked for by name', async () => {
    using nobody = Nobody.create();
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({
        sidecars: { vpn: { command: ['./asroot', '--reuid=0', 'sleep', '1000'] } },
        primary: { command: 'exec sleep 1000' },
        stop: { grace: '300ms', minimumGrace: '100ms' },
      }),
    });
    await nobody.own(project);
    copyFileSync(SETPRIV, project.path('asroot'));
    chmodSync(project.path('asroot'), 0o4755);
    const run = new CommandLine(['up', '--ui', 'json'], project.folder, {}, nobody.command);
    const pids: number[] = [];
    onTestFinished(() => {
      for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    });
    const isOfRoot = (pid: number) => userOf(pid) === 'root';
    const { pid } = await run.state('vpn', 'ready');
    pids.push(Number(pid));
    await eventually('it to be root’s', () => isOfRoot(Number(pid)));

    const steer = (...args: string[]) => runToEnd(args, project.folder, {}, nobody.command);
    expect((await steer('restart', 'vpn')).code).toBe(1);
    const failed = await run.state('vpn', 'failed');
    expect(failed).toMatchObject({
      reason: `pid ${pid} (root: sleep 1000) could not be ended: not permitted; end it with: sudo kill -9 ${pid}`,
      survivors: [{ pid, user: 'root', command: 'sleep 1000', why: 'not-permitted' }],
    });

    expect((await steer('restart', 'vpn')).code).toBe(0);
    const beside = await run.event('what it says', ({ kind }) => kind === 'started-beside');
    expect(beside['message']).toContain(`pid ${pid} (root: sleep 1000)`);
    const second = await run.event(
      'the second',
      ({ name, state, restarts }) => name === 'vpn' && state === 'ready' && restarts === 1,
    );
    pids.push(Number(second['pid']));
    await eventually('it to be root’s', () => isOfRoot(Number(second['pid'])));
    const down = await steer('down');
    expect(down).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`sudo kill -9 ${second['pid']} ${pid}`),
    });
    expect(await run.exitCode()).toBe(0);
    expect(run.stderr).toContain('left behind: pid');
    expect(pids.filter(isRunning)).toEqual(pids);
  });
});

const userOf = (pid: number): string =>
  execFileSync('ps', ['-o', 'user=', '-p', `${pid}`], { encoding: 'utf8' }).trim();
