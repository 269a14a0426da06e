import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CommandLine, type StartedAs } from '../support/command-line.ts';
import { chainIsAlive, endChain, FORK_CHAIN } from '../support/fork-chain.ts';
import { isInstalled } from '../support/installed.ts';
import { canMakeCgroups, forbidCgroups } from '../support/no-cgroups.ts';
import { Nobody } from '../support/nobody.ts';
import { newTag } from '../support/process-zoo.ts';
import { configFile, Project } from '../support/project.ts';

const isPossible = process.platform === 'linux' && isInstalled('perl') && isInstalled('prlimit');

/** What its processes are found by is taken from them: variables and limits. */
const unmarked = (command: readonly string[]): string[] => [
  'prlimit',
  '--locks=unlimited:unlimited',
  'env',
  '-i',
  ...command,
];

/** While sidecarctl lives, it reaps each link itself; else the machine's first process has to. */
const FAST = '200';
const SLOW = '5000';

const openPod = async (
  lives: string,
  command?: StartedAs,
  own: (project: Project) => Promise<void> = async () => undefined,
) => {
  const tags = { marked: newTag(), unmarked: newTag() };
  const chain = (tag: string): string[] => ['perl', 'chain.pl', tag, lives];
  const project = await Project.create({
    'chain.pl': FORK_CHAIN,
    'sidecars.config.mjs': configFile({
      sidecars: {
        marked: { command: chain(tags.marked) },
        unmarked: { command: unmarked(chain(tags.unmarked)) },
      },
      primary: { command: ['sleep', '1000'] },
      stop: { grace: '200ms', minimumGrace: '100ms' },
    }),
  });
  await own(project);
  const run = new CommandLine(['up', '--ui', 'json'], project.folder, {}, command);
  onTestFinished(async () => {
    await run[Symbol.asyncDispose]();
    for (const tag of Object.values(tags)) await endChain(tag);
    await project[Symbol.asyncDispose]();
  });
  await run.event('the pod to run', ({ type, state }) => type === 'pod' && state === 'running');
  const steer = async (...args: readonly string[]) => {
    await using client = new CommandLine(args, project.folder, {}, command);
    expect(await client.exitCode()).toBe(0);
  };
  return { run, tags, steer };
};

const endsWithItsProcess = async (): Promise<void> => {
  const { run, tags, steer } = await openPod(FAST);
  expect(await chainIsAlive(tags.marked)).toBe(true);
  await steer('stop', 'marked');
  expect(await chainIsAlive(tags.marked)).toBe(false);

  expect(await chainIsAlive(tags.unmarked)).toBe(true);
  run.signal('SIGTERM');
  await run.exit();
  expect(await chainIsAlive(tags.unmarked)).toBe(false);
};

const endsWithItsSupervisor = async (): Promise<void> => {
  const { run, tags } = await openPod(SLOW);
  expect(await chainIsAlive(tags.marked)).toBe(true);
  run.signal('SIGKILL');
  await run.exit();
  await expect.poll(() => chainIsAlive(tags.marked)).toBe(false);
};

describe.runIf(isPossible)('a process that forks on and exits all the time', () => {
  test.runIf(canMakeCgroups())('ends with its process, or with the pod, by cgroups', endsWithItsProcess);
  test.runIf(canMakeCgroups())('ends when sidecarctl is killed, by cgroups', endsWithItsSupervisor);

  describe('without cgroups', () => {
    let forbidden: { readonly restore: () => Promise<void> };
    beforeAll(() => {
      forbidden = forbidCgroups();
    });
    afterAll(() => forbidden.restore());

    test('ends with its process, or with the pod', endsWithItsProcess);
    test('ends when sidecarctl is killed', endsWithItsSupervisor);
  });

  test('ends with its process as a user without rights and without the C library', async () => {
    using nobody = Nobody.create();
    const { run, tags, steer } = await openPod(SLOW, nobody.command, (project) => nobody.own(project));
    expect(await chainIsAlive(tags.marked)).toBe(true);
    await steer('stop', 'marked');
    expect(await chainIsAlive(tags.marked)).toBe(false);
    run.signal('SIGTERM');
    await run.exit();
  });
});
