import { mkdir, readFile, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI } from '../support/command-line.ts';
import { HeldPort } from '../support/held-port.ts';
import { PodRig } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { treeOf } from '../support/tree-of.ts';

/** Every path in a folder with what it holds. */
const contentOf = async (folder: string): Promise<readonly string[]> =>
  Promise.all(
    (await treeOf(folder)).map(async (path) => {
      const text = await readFile(join(folder, path), 'utf8').catch(() => 'no file');
      return `${path}: ${text}`;
    }),
  );

/** What all files of its own are written for: logs, ports, volumes, a crash report. */
const BUSY_POD = configFile({
  name: 'shop',
  volumes: { data: { persist: true }, scratch: {} },
  primary: { command: 'echo out; exit 3', ports: { http: 'auto' }, readiness: false },
});

/** A folder whose every name is one that sidecarctl may want to write, prune or remove. */
const PRECIOUS: Readonly<Record<string, string>> = {
  'thesis.txt': 'years of work',
  'data/thesis.txt': 'years of work',
  'runs/00c0ffee/thesis.txt': 'years of work',
  'primary/20200101T000000Z-00000001.log': 'years of work',
  'primary/20200101T000000Z-00000002.log': 'years of work',
  'primary/20200101T000000Z-00000003.log': 'years of work',
  'primary/20200101T000000Z-00000004.log': 'years of work',
  'primary/20200101T000000Z-00000005.log': 'years of work',
  'primary/20200101T000000Z-00000006.log': 'years of work',
  'sidecars.config.mjs.json': '{"years":"of work"}',
};

const preciousProject = async (): Promise<Project> =>
  Project.create({
    ...PRECIOUS,
    ...Object.fromEntries(
      Array.from({ length: 25 }, (_, day) => [`20200101T0000000${10 + day}Z-primary.txt`, 'years of work']),
    ),
  });

describe('nothing outside the folder is written, emptied or deleted where the checkout holds a symlink', () => {
  test.each(['', 'runs', 'pods', 'logs', 'logs/primary', 'volumes', 'volumes/data', 'dossiers'])(
    'at .sidecarctl/%s',
    async (name) => {
      await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
      await using precious = await preciousProject();
      const before = await contentOf(precious.folder);
      const link = project.path('.sidecarctl', name);
      await mkdir(join(link, '..'), { recursive: true });
      await symlink(precious.folder, link);
      await runToEnd(['up', '--ui', 'plain'], project.folder);
      await runToEnd(['up', '--detach'], project.folder);
      await runToEnd(['check'], project.folder);
      expect(await contentOf(precious.folder)).toEqual(before);
    },
  );

  test.each(['detached.log', 'ports.json', '.gitignore', 'pods/sidecars.config.mjs.json'])(
    'at .sidecarctl/%s',
    async (name) => {
      await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
      await using precious = await preciousProject();
      await mkdir(project.path('.sidecarctl/pods'), { recursive: true });
      await symlink(precious.path('thesis.txt'), project.path('.sidecarctl', name));
      await runToEnd(['up', '--detach'], project.folder);
      expect(await readFile(precious.path('thesis.txt'), 'utf8')).toBe('years of work');
    },
  );
});

test('a .sidecarctl that a symlink replaces during the run leads nothing to what is behind it', async () => {
  await using rig = await PodRig.open((steered) => ({
    volumes: { data: { persist: true }, scratch: {} },
    primary: steered('app', { mounts: { scratch: 'mount' } }),
  }));
  await using precious = await preciousProject();
  const run = rig.up();
  const app = await rig.child('app');
  const before = await contentOf(precious.folder);
  await rename(rig.project.path('.sidecarctl'), rig.project.path('aside'));
  await symlink(precious.folder, rig.project.path('.sidecarctl'));
  await app.exit(1);
  await run.exit();
  expect(await contentOf(precious.folder)).toEqual(before);
});

describe('a run.json that came with a checkout', () => {
  const forged = (project: Project, facts: object): Promise<void> =>
    project.write(
      '.sidecarctl/runs/00c0ffee/run.json',
      JSON.stringify({
        version: 1,
        pid: 2 ** 22 - 7,
        startTime: 1,
        name: 'shop',
        mounts: [],
        startedAt: '2026-11-20T10:00:00.000Z',
        ...facts,
      }),
    );

  test('has no symlink of the user removed', async () => {
    await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
    await using home = await Project.create({ 'real.txt': 'text' });
    await symlink('real.txt', home.path('link'));
    await symlink(home.folder, project.path('inside'));
    const before = await contentOf(home.folder);
    await forged(project, {
      mounts: [
        { path: home.path('link'), target: home.path('real.txt') },
        { path: project.path('inside'), target: home.folder },
        { path: project.path('inside/link'), target: project.path('inside/real.txt') },
      ],
    });
    await runToEnd(['check'], project.folder);
    expect(await contentOf(home.folder)).toEqual(before);
    expect(await readFile(project.path('inside/real.txt'), 'utf8')).toBe('text');
  });

  test('has no process of another run ended', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
    rig.up();
    const app = await rig.child('app');
    const [runId = ''] = await treeOf(rig.project.path('.sidecarctl/runs'));
    const record = await readFile(rig.project.path('.sidecarctl/runs', runId, 'run.json'), 'utf8');
    await project.write(
      `.sidecarctl/runs/${runId}/run.json`,
      JSON.stringify({ ...JSON.parse(record), pid: 2 ** 22 - 7 }),
    );
    await runToEnd(['check'], project.folder);
    await app.print('still here\n');
    await app.exit(0);
  });
});

describe('no signal opens a debugger', () => {
  test('in a supervisor, which goes on as before', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    const run = rig.up();
    const app = await rig.child('app');
    run.signal('SIGUSR1');
    await app.print('goes on\n');
    await run.event('the line', (event) => event['line'] === 'goes on');
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
    expect(run.stderr).toBe('');
  });

  test('in a client that follows a pod', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    rig.up();
    const app = await rig.child('app');
    const follower = rig.run(['logs', '-f']);
    await app.print('one\n');
    await follower.output(/one/);
    follower.signal('SIGUSR1');
    await app.print('two\n');
    await follower.output(/two/);
    await app.exit(0);
    await follower.exit();
    expect(follower.stderr).not.toContain('ebugger');
  });
});

test('the debugger that NODE_OPTIONS asks for is the process’s and not sidecarctl’s', async () => {
  const held = await HeldPort.take();
  const port = held.number;
  await held[Symbol.asyncDispose]();
  const look = ['node', '-e', 'console.log(process.getBuiltinModule("node:inspector").url())'];
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({ primary: { command: look, readiness: false } }),
  });
  const env = { NODE_OPTIONS: `--inspect=127.0.0.1:${port}` };
  const { stdout } = await runToEnd(['up', '--ui', 'plain'], project.folder, env);
  expect(stdout).toContain(`ws://127.0.0.1:${port}/`);
});

describe('what a full disk takes of the output', () => {
  const intoFullDisk = (args: string) => ({
    words: ['sh', '-c', `exec "$0" "$1" ${args} >/dev/full`, process.execPath, CLI] as const,
  });

  test.each(['check', 'check --json', 'graph', '--version', '--help', 'up --ui json'])(
    'is told, and is a failure: %s',
    async (args) => {
      await using project = await Project.create({
        'sidecars.config.json': JSON.stringify({ primary: { command: 'true' } }),
      });
      const { code, stderr } = await runToEnd([], project.folder, {}, intoFullDisk(args));
      expect(stderr).toMatch(/^sidecarctl: .*ENOSPC: no space left on device.*\n$/);
      expect(code).toBe(1);
    },
  );
});
