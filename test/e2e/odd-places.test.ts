import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { expect, test } from 'vitest';
import { CLI, CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { newTag, processesTagged } from '../support/process-zoo.ts';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { Terminal } from '../support/terminal.ts';

const SC = `'${process.execPath}' '${CLI}'`;
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

const podOf = (primary: string, sidecars: object = {}): string =>
  JSON.stringify({ sidecars, primary: { command: primary } });

test.runIf(isRoot)('a project folder that is read-only is named, and nothing is started', async () => {
  await using project = await Project.create({ 'sidecars.config.json': podOf('touch /tmp/never') });
  const script = `mount --bind . . && mount -o remount,bind,ro . && cd "$PWD" && exec "$@"`;
  const words = ['/usr/bin/unshare', '-m', 'sh', '-c', script, 'sh', process.execPath, CLI] as const;
  for (const args of [['up'], ['up', '--detach'], ['run', '--', 'true']]) {
    const { code, stderr } = await runToEnd(args, project.folder, {}, { words });
    expect(code).toBe(1);
    expect(stderr).toContain('EROFS');
    expect(stderr).not.toMatch(/internal error|^\s+at /m);
  }
  expect((await runToEnd(['check'], project.folder, {}, { words })).code).toBe(0);
  expect(readdirSync(project.folder)).toEqual(['sidecars.config.json']);
});

test('a pod that a process of another pod has begun under a name is found, and gone with it', async () => {
  const tag = `1000.${newTag()}`;
  const inner = podOf(`exec sleep ${tag}`);
  await using project = await Project.create({
    'sidecars.config.json': podOf(
      `cd inner; ${SC} run --name one -- sleep ${tag} & cd inner; ${SC} up --detach; echo "detached: $?"; wait`,
    ),
    'inner/sidecars.config.json': inner,
  });
  await using run = new CommandLine(['up', '--ui', 'plain'], project.folder);
  await run.output(/detached: 0/);
  const state = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await runToEnd(['status', '--json', ...args], project.path('inner'));
    return stdout === '' ? null : JSON.parse(stdout).state;
  };
  await eventually('the detached one', async () => (await state()) === 'running');
  await eventually('the named one', async () => (await state('--name', 'one')) === 'running');
  run.signal('SIGTERM');
  await run.exit();
  await eventually('nobody to be left', () => processesTagged(`sleep ${tag}`).length === 0);
  const left = (folder: string): readonly string[] => readdirSync(project.path('inner/.sidecarctl', folder));
  await eventually('nothing to be left', () => [...left('runs'), ...left('pods')].length === 0);
});

test('a terminal that is closed in the first moments of dev leaves nothing', async () => {
  for (const moment of [0, 40, 90, 150, 220, 300]) {
    const tag = `1000.${newTag()}`;
    await using project = await Project.create({
      'sidecars.config.json': JSON.stringify({
        volumes: { data: {} },
        primary: { command: `sleep ${tag} & exec sleep ${tag}`, mounts: { data: 'linked/data' } },
      }),
      'runtime/other': '',
    });
    const env = { XDG_RUNTIME_DIR: project.path('runtime') };
    await using terminal = new Terminal(project.folder, env);
    await terminal.shows(/[$#] $/);
    terminal.type('"$NODE" "$SIDECARCTL" dev\n');
    await setTimeout(moment);
    await terminal.close();
    const left = (): readonly string[] => [
      ...processesTagged(tag).map(String),
      ...pidsIn(project.folder).map(String),
      ...['runtime/sidecarctl', '.sidecarctl/runs', '.sidecarctl/pods', 'linked'].flatMap((folder) =>
        entriesOf(project.path(folder)),
      ),
    ];
    await eventually(`nothing to be left of a terminal closed after ${moment} ms`, () => left().length === 0);
    await eventually('the folder of the mount to go', () => !existsSync(project.path('linked')));
  }
});

/** It may go while it is looked at. */
const entriesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** Who works there. */
const pidsIn = (folder: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
