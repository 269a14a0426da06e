import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { CLI, CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { canMakeCgroups } from '../support/no-cgroups.ts';
import { Nobody } from '../support/nobody.ts';
import { guardsOf, newTag, processesTagged } from '../support/process-zoo.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** A daemon without an environment, one that only its environment tells of, and one that is stopped. */
const SCRIPT = `
setsid env -i /bin/sleep "$T" &
setsid sh -c 'ulimit -Sx unlimited 2>/dev/null || ulimit -Sw unlimited; exec sleep "$1"' daemon "$T" &
sh -c 'kill -STOP $$' stopped "$T" &
exec sleep "$T"`;
const PROCESSES = 4;

const isThere = (tag: string): boolean =>
  processesTagged(tag).length === PROCESSES && processesTagged(`sleep ${tag}`).length === PROCESSES - 1;

/** A pod with a mount, run by a Node and a package that are only there for it. */
const open = async (nobody: Nobody) => {
  const tag = `1000.${newTag()}`;
  const project = await Project.create({
    'sidecars.config.json': JSON.stringify({
      volumes: { data: {} },
      primary: { command: SCRIPT, env: { T: tag }, mounts: { data: 'made/linked' } },
    }),
  });
  await nobody.own(project);
  const run = new CommandLine(['up'], project.folder, {}, nobody.command);
  await eventually('the pod to be there', () => isThere(tag));
  const left = (): number => processesTagged(tag).length;
  const runs = (): readonly string[] => readdirSync(project.path('.sidecarctl/runs'));
  return { project, run, left, runs };
};

describe.runIf(process.platform === 'linux')('the guard of a supervisor that is killed', () => {
  it('cleans up although Node and the package have been removed meanwhile', async () => {
    using nobody = Nobody.withCopy();
    const { project, run, left, runs } = await open(nobody);
    await using _ = project;
    nobody.remove();
    run.signal('SIGKILL');
    const pods = (): readonly string[] => readdirSync(project.path('.sidecarctl/pods'));
    await eventually('nothing to be left', () => left() + runs().length + pods().length === 0);
    expect(existsSync(project.path('made'))).toBe(false);
  });

  it('ends all processes although Node does not start', async () => {
    using nobody = Nobody.withCopy();
    writeFileSync(nobody.path('dist/cleanup.js'), 'process.exit(1)');
    const { project, run, left, runs } = await open(nobody);
    await using _ = project;
    run.signal('SIGKILL');
    await eventually('nobody to be left', () => left() === 0);
    expect(runs()).toHaveLength(1);
    await runToEnd(['check'], project.folder);
    expect(runs()).toEqual([]);
  });

  it('removes socket and record also where the folder of the project has gone', async () => {
    await using project = await Project.create({
      'pod/sidecars.config.json': '{"primary":{"command":"sleep 1000"}}',
    });
    await project.write('runtime/other', '');
    const folder = project.path('runtime/sidecarctl');
    const run = new CommandLine(['up'], project.path('pod'), { XDG_RUNTIME_DIR: project.path('runtime') });
    const names = (): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
    await eventually('record and socket', () => names().length === 2 && guardsOf(run.pid).length === 1);
    // Nor has it the time to write it anew.
    run.signal('SIGSTOP');
    rmSync(project.path('pod'), { recursive: true });
    run.signal('SIGKILL');
    await eventually('nothing to be left', () => names().length === 0);
  });

  it('is replaced when it dies itself, and that is told', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ primary: { command: 'sleep 1000 & echo $! >pid; wait' } }),
    });
    await using run = new CommandLine(['up', '--ui', 'plain'], project.folder);
    await eventually('the guard', () => guardsOf(run.pid).length === 1);
    const [first = -1] = guardsOf(run.pid);
    process.kill(first, 'SIGKILL');
    await run.output(/the guard, .* ended unexpectedly/, 'stderr');
    await eventually('another guard', () => guardsOf(run.pid).some((pid) => pid !== first));
    const [second] = guardsOf(run.pid);
    const { stdout } = await runToEnd(['status', '--json'], project.folder);
    expect(JSON.parse(stdout).guard).toEqual({ pid: second, replaced: 1 });
    run.signal('SIGKILL');
    await eventually(
      'the guard to be done',
      () => readdirSync(project.path('.sidecarctl/runs')).length === 0,
    );
  });
});

describe.runIf(process.platform === 'linux')('a pod in a process of another pod', () => {
  it('leaves nothing when the outer one is killed with its cgroup', async ({ skip }) => {
    if (!canMakeCgroups()) skip('no cgroup can be made here');
    const primary = { command: 'echo $$ >pid; exec sleep 1000', mounts: { data: 'made/linked' } };
    await using project = await Project.create({
      'sidecars.config.json': JSON.stringify({
        primary: { command: [process.execPath, CLI, 'up'], cwd: 'inner' },
      }),
      'inner/sidecars.config.json': JSON.stringify({ volumes: { data: {} }, primary }),
    });
    await using outer = new CommandLine(['up', '--ui', 'json'], project.folder);
    await eventually('the inner pod', () => existsSync(project.path('inner/pid')));
    const runs = (): readonly string[] => readdirSync(project.path('inner/.sidecarctl/runs'));
    expect(runs()).toHaveLength(1);
    expect(existsSync(project.path('inner/made'))).toBe(true);
    outer.signal('SIGKILL');
    await eventually('nothing to be left', () => runs().length === 0);
    expect(existsSync(project.path('inner/made'))).toBe(false);
  });
});

describe.runIf(process.platform === 'linux')('a pod whose package is removed while it runs', () => {
  test('goes on, also when it is to reload its config, and stops in order', async () => {
    using copy = Nobody.withCopy();
    const { words } = copy.command;
    await using project = await Project.create({
      'sidecars.config.json': JSON.stringify({ primary: { command: 'exec sleep 1000' } }),
    });
    await using run = new CommandLine(['up', '--ui', 'json'], project.folder, {}, { words });
    await run.state('primary', 'ready');
    const isReached = async () => (await runToEnd(['status'], project.folder)).code === 0;
    await eventually('the pod to be reached', isReached);
    copy.remove();
    await project.write('sidecars.config.json', '{"primary":{"command":"exec sleep 1001"}}');
    // It may have loaded by now what it takes to reload; where not, it says so.
    const { code, stderr } = await runToEnd(['reload'], project.folder);
    if (code !== 0) expect(stderr).toContain('a part of sidecarctl cannot be loaded');
    expect(await isReached()).toBe(true);
    run.signal('SIGTERM');
    expect(await run.exit()).toEqual({ code: 0, signal: null });
  });
});
