import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOwnCgroup } from '../../src/runtime/process-tree/pod-cgroup.ts';
import { CommandLine, isRunning } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { inFull } from '../support/in-full.ts';
import { canMakeCgroups, forbidCgroups } from '../support/no-cgroups.ts';
import {
  commandIn,
  guardsOf,
  newTag,
  processesTagged,
  SCENARIOS,
  type Scenario,
  statusOf,
  Zoo,
} from '../support/process-zoo.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const onLinux = process.platform === 'linux';
/** In a short run npm, whose start takes longer than all the rest, goes one way alone, without cgroups. */
const TOGETHER = SCENARIOS.filter(({ name }) => inFull || name !== 'npm run around node');
/** SIGHUP, SIGINT and SIGTERM, as the kernel writes a set of signals: signal n is bit n - 1. */
const SIGNALS_OF_A_TERMINAL = 0x4003;

const ignoresTheTerminal = (pid: number): boolean =>
  (Number.parseInt(statusOf(pid, 'SigIgn'), 16) & SIGNALS_OF_A_TERMINAL) === SIGNALS_OF_A_TERMINAL;

/** Resolves when the oracle finds nobody any more. */
const nobodyIsLeft = (zoo: Zoo): Promise<void> =>
  eventually('nobody to be left', () => zoo.alive().length === 0);

const runsIn = (zoo: Pick<Zoo, 'project'>): readonly string[] =>
  readdirSync(zoo.project.path('.sidecarctl/runs'));

const cgroupOf = (zoo: Zoo): string => {
  const [runId = ''] = runsIn(zoo);
  return join(findOwnCgroup() ?? '', `sidecarctl-${runId}`);
};

const stopsWith = (signal: NodeJS.Signals) => async (zoo: Zoo) => {
  zoo.run.signal(signal);
  expect(await zoo.run.exit()).toMatchObject({ signal: null });
  expect(zoo.alive()).toEqual([]);
};

/** `killed`: who is killed when this was launched. */
const restarts = async (zoo: Zoo, index: number, killed: (launched: number) => number): Promise<void> => {
  const first = await zoo.run.event('a launch', ({ name, pid }) => name === `s${index}` && pid !== undefined);
  process.kill(killed(Number(first['pid'])), 'SIGKILL');
  await zoo.run.event(
    'the next',
    ({ name, pid }) => name === `s${index}` && ![undefined, first['pid']].includes(pid),
  );
  expect(zoo.alive(`1${index}`)).toEqual([]);
};

const WAYS: ReadonlyArray<readonly [string, (zoo: Zoo, scenarios: readonly Scenario[]) => Promise<void>]> = [
  [
    'the end of the primary',
    async (zoo) => {
      await zoo.end();
      expect(await zoo.run.exitCode()).toBe(0);
      expect(zoo.alive()).toEqual([]);
    },
  ],
  [
    'the restart of the process alone',
    async (zoo, scenarios) => {
      for (const index of scenarios.keys()) await restarts(zoo, index, (launched) => launched);
    },
  ],
  ['SIGTERM', stopsWith('SIGTERM')],
  ['SIGHUP', stopsWith('SIGHUP')],
  ['SIGINT', stopsWith('SIGINT')],
  [
    'SIGKILL of the supervisor',
    async (zoo) => {
      zoo.run.signal('SIGKILL');
      await nobodyIsLeft(zoo);
      await eventually('the run to be cleared away', () => runsIn(zoo).length === 0);
    },
  ],
];

describe.runIf(onLinux)('without cgroups', () => {
  let forbidden: { readonly restore: () => Promise<void> };
  beforeAll(() => {
    forbidden = forbidCgroups();
    expect(canMakeCgroups()).toBe(false);
  });
  afterAll(() => forbidden.restore());

  // In a short run each scenario goes one way, and the next one the next.
  const scenariosOf = (way: number): readonly Scenario[] =>
    inFull ? SCENARIOS : SCENARIOS.filter((_, index) => index % WAYS.length === way);

  describe.each(WAYS.map(([name, way], index) => [name, way, scenariosOf(index)] as const))(
    '%s leaves nothing of',
    (_, way, scenarios) => {
      test.each(scenarios)('$name', async (scenario) => {
        await using zoo = await Zoo.open([scenario]);
        await way(zoo, [scenario]);
      });
    },
  );

  test('supervisor and guard killed together leave it to the next command in the folder', async () => {
    await using zoo = await Zoo.open(TOGETHER, { volumes: { logs: {} } });
    await killTogether(zoo);
    expect(zoo.alive().length).toBeGreaterThanOrEqual(TOGETHER.length);
    expect(runsIn(zoo)).toHaveLength(1);

    expect(await runToEnd(['check'], zoo.project.folder)).toMatchObject({ code: 0, stderr: '' });

    expect(zoo.alive()).toEqual([]);
    expect(runsIn(zoo)).toEqual([]);
  });
});

describe.runIf(onLinux && canMakeCgroups())('in cgroups', () => {
  test.each(WAYS)('%s leaves nothing', async (_, way) => {
    await using zoo = await Zoo.open(TOGETHER);
    const cgroup = cgroupOf(zoo);
    await eventually('a process to be moved into its cgroup', () => readdirSync(cgroup).includes('s0'));
    await way(zoo, TOGETHER);
    zoo.run.signal('SIGTERM');
    await eventually('the cgroup to be removed', () => !existsSync(cgroup));
  });

  test('what a restart ends is one process and not the others', async () => {
    await using zoo = await Zoo.open(SCENARIOS.slice(0, 2));
    const first = await zoo.run.event('a launch', ({ name, pid }) => name === 's0' && pid !== undefined);
    const others = zoo.alive('11');
    process.kill(Number(first['pid']), 'SIGKILL');
    await zoo.run.event(
      'the next',
      ({ name, pid }) => name === 's0' && ![undefined, first['pid']].includes(pid),
    );
    expect(zoo.alive('11')).toEqual(others);
  });
});

/** Stopped first, so that neither can act on the death of the other. */
const killTogether = async ({ run }: Zoo): Promise<void> => {
  const [guard = 0] = guardsOf(run.pid);
  for (const pid of [run.pid, guard]) process.kill(pid, 'SIGSTOP');
  for (const pid of [guard, run.pid]) process.kill(pid, 'SIGKILL');
  await run.exit();
};

describe.runIf(onLinux)('in pid namespaces of their own', () => {
  const ISOLATED = { isolate: 'pid' };

  const others = WAYS.filter(([name]) => !name.startsWith('the restart'));
  test.each(others)('%s leaves nothing', async (_, way) => {
    await using zoo = await Zoo.open(TOGETHER, {}, ISOLATED);
    await way(zoo, TOGETHER);
  });

  test('the restart of the process alone leaves nothing', async () => {
    await using zoo = await Zoo.open(TOGETHER, {}, ISOLATED);
    for (const index of TOGETHER.keys()) await restarts(zoo, index, commandIn);
  });

  test('so does the death of what holds the namespace', async () => {
    await using zoo = await Zoo.open(SCENARIOS.slice(0, 1), {}, ISOLATED);
    await restarts(zoo, 0, (holder) => holder);
  });

  test('supervisor and guard killed together leave nothing of them', async () => {
    await using zoo = await Zoo.open(TOGETHER, {}, ISOLATED);
    await killTogether(zoo);
    await nobodyIsLeft(zoo);
    // Their primary is in no namespace.
    expect(await runToEnd(['check'], zoo.project.folder)).toMatchObject({ code: 0 });
  });

  test('what the process leaves behind goes with it, without a grace', async () => {
    const [deaf] = SCENARIOS.filter(({ name }) => name === 'a daemon deaf to SIGTERM');
    const stop = { grace: '1h', minimumGrace: '1h' };
    await using zoo = await Zoo.open(deaf === undefined ? [] : [deaf], { stop }, ISOLATED);
    zoo.run.signal('SIGTERM');
    expect(await zoo.run.exit()).toMatchObject({ signal: null });
    expect(zoo.alive()).toEqual([]);
  });
});

describe.runIf(onLinux)('a guard', () => {
  test('takes less than 3 MB', async () => {
    await using zoo = await Zoo.open(SCENARIOS.slice(0, 1));
    const [guard = 0] = guardsOf(zoo.run.pid);
    await eventually('the guard to wait', () => statusOf(guard, 'State').startsWith('S'));
    expect(Number.parseInt(statusOf(guard, 'VmRSS'), 10)).toBeLessThan(3 * 1024);
  });

  test('takes less than 3 MB with the output of fifty processes in its hands', async () => {
    const names = Array.from({ length: 50 }, (_, index) => [`idle${index}`, { command: ['sleep', '1000'] }]);
    const init = { last: { command: ['true'], dependsOn: names.map(([name]) => name) } };
    await using zoo = await Zoo.open(SCENARIOS.slice(0, 1), {
      sidecars: { s0: { command: ['sh', 's0.sh'] }, ...Object.fromEntries(names) },
      init,
    });
    const [guard = 0] = guardsOf(zoo.run.pid);
    await zoo.run.event('the last', ({ name, state }) => name === 'last' && state === 'completed');
    expect(readdirSync(`/proc/${guard}/fd`).length).toBeGreaterThanOrEqual(2 * 52);
    expect(Number.parseInt(statusOf(guard, 'VmRSS'), 10)).toBeLessThan(3 * 1024);
  });

  test('is there before the first process, whose first act may be to kill the supervisor', async () => {
    const tag = `1000.${newTag()}`;
    const kill = `setsid env -i /bin/sh -c 'exec /bin/sleep ${tag}' & kill -KILL $PPID; exec sleep ${tag}`;
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ primary: { command: kill } }),
    });
    await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
    expect(await run.exit()).toMatchObject({ signal: 'SIGKILL' });
    await eventually('the run to be cleared away', () => runsIn({ project }).length === 0);
    expect(processesTagged(tag)).toEqual([]);
  });

  test('goes with its supervisor when the pod ends in order', async () => {
    await using zoo = await Zoo.open(SCENARIOS.slice(0, 1));
    const guards = guardsOf(zoo.run.pid);
    expect(guards).toHaveLength(1);
    zoo.run.signal('SIGTERM');
    await zoo.run.exit();
    await eventually('the guard to be gone', () => !guards.some(isRunning));
  });

  test('stands through the signals of a terminal', async () => {
    await using zoo = await Zoo.open(SCENARIOS.slice(0, 1));
    const [guard = 0] = guardsOf(zoo.run.pid);
    await eventually('the guard to be armed', () => ignoresTheTerminal(guard));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(guard, signal);
    zoo.run.signal('SIGKILL');
    await nobodyIsLeft(zoo);
    await eventually('the guard to be gone', () => !isRunning(guard));
  });

  test('takes mounts and volumes away', async () => {
    const fields = {
      volumes: { logs: {} },
      init: { mounted: { command: ['true'], mounts: { logs: 'var/log' } } },
    };
    await using zoo = await Zoo.open(SCENARIOS.slice(0, 1), fields);
    expect(lstatSync(zoo.project.path('var/log')).isSymbolicLink()).toBe(true);
    zoo.run.signal('SIGKILL');
    await eventually('the run to be cleared away', () => runsIn(zoo).length === 0);
    expect(lstatSync(zoo.project.path('var/log'), { throwIfNoEntry: false })).toBeUndefined();
  });
});
