import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { UsageDetails } from '../../../src/model/usage-details.ts';
import { listTree } from '../../../src/runtime/engines/process/list-tree.ts';
import { ProcessMeter } from '../../../src/runtime/engines/process/process-meter.ts';
import type { PodProcesses } from '../../../src/runtime/engines/process/tree-owners.ts';
import { markBehindShell } from '../../../src/runtime/launch/mark-behind-shell.ts';
import { LinuxProcessTrees } from '../../../src/runtime/process-tree/linux.ts';
import { ownIdentity } from '../../../src/runtime/process-tree/process-identity.ts';
import type { Usage } from '../../../src/runtime/usage/usage.ts';
import { periodAfter, UsageSampler } from '../../../src/runtime/usage/usage-sampler.ts';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { newRunId } from '../../support/new-run-id.ts';

type AllUsage = ReadonlyMap<string, Usage>;

const trees = new LinuxProcessTrees({ runId: newRunId(), since: ownIdentity().startTime ?? 0, cgroup: null });
const { PATH = '' } = process.env;

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('it was not started');
  return pid;
};

/** A process of a pod, started and marked as the supervisor does it. */
const launch = (script: string): ChildProcess => {
  const marks = trees.mark({ PATH }, 'web');
  const { file, args } = markBehindShell({ file: '/bin/sh', args: ['-c', script], verbatim: false }, marks);
  const child = spawn(file, args, { env: marks.env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(async () => {
    await trees.kill(trees.rootOf(pidOf(child), 'web'), () => child.exitCode !== null, 5000);
  });
  return child;
};

const podOf = (child: ChildProcess): PodProcesses => ({
  roots: new Map([['web', pidOf(child)]]),
  supervisor: process.pid,
  markOf: (pid) => trees.markOf(pid),
});

const nextUsage = (sampler: UsageSampler, fits: (usage: Usage | undefined) => boolean): Promise<void> => {
  const met = new Promise<void>((resolve) => {
    const end = sampler.listen((usage) => {
      if (!fits(usage.get('web'))) return;
      end();
      resolve();
    });
  });
  return withDeadline('the usage', met);
};

const firstLine = async (child: ChildProcess): Promise<string> =>
  String((await once(child.stdout as NodeJS.ReadableStream, 'data'))[0]).trim();

describe.runIf(process.platform === 'linux')('the usage of a tree', () => {
  test('shows who burns, and that it was a child of a child', async () => {
    const child = launch('sh -c "while :; do :; done" & wait');
    await nextUsage(
      new UsageSampler(() => ProcessMeter.open(() => podOf(child))),
      // Far more than one that waits, and what is left of a core on a machine that is busy with others.
      (usage) => usage !== undefined && usage.processes === 2 && usage.cpu > 0.03 && usage.cpu < 1.3,
    );
  });

  test('shows what children do that live shorter than a look', async () => {
    const child = launch(
      'while :; do /bin/sh -c "i=0; while [ \\$i -lt 20000 ]; do i=\\$((i+1)); done"; done',
    );
    await nextUsage(
      new UsageSampler(() => ProcessMeter.open(() => podOf(child))),
      (usage) => usage !== undefined && usage.cpu > 0.03 && usage.cpu < 1.6,
    );
  });

  test('shows in a close look what /proc says', async () => {
    const child = launch(`exec '${process.execPath}' -e '
      const { openSync } = require("node:fs");
      for (let i = 0; i < 40; i++) openSync("/dev/null");
      for (const end = Date.now() + 300; Date.now() < end;);
      console.log("done");
      setInterval(() => {}, 1e6)'`);
    await firstLine(child);
    const meter = await ProcessMeter.open(() => podOf(child));
    let details: UsageDetails | undefined;
    await eventually('its rest', async () => {
      details = (await meter?.lookClosely())?.get('web')?.details;
      return details?.states.sleeping === 1;
    });
    const pid = pidOf(child);
    const proc = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
    const told = (file: string, word: string): number =>
      Number(new RegExp(`^${word}:?\\s+(\\d+)`, 'm').exec(proc(file))?.[1]);
    const [user = 0, system = 0] = proc('stat').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? [];
    expect(details?.cpuSeconds.user).toBeGreaterThan(0.02);
    expect(details?.cpuSeconds.user).toBeCloseTo(user / 100, 1);
    expect(details?.cpuSeconds.system).toBeCloseTo(system / 100, 1);
    const close = (actual: number | null | undefined, wanted: number): void =>
      expect(Math.abs(Number(actual) - wanted)).toBeLessThanOrEqual(wanted * 0.05);
    close(details?.memory.resident, told('status', 'VmRSS') * 1024);
    close(details?.memory.virtual, told('status', 'VmSize') * 1024);
    close(details?.memory.proportional, told('smaps_rollup', 'Pss') * 1024);
    close(details?.disk.written, told('io', 'write_bytes'));
    close(details?.contextSwitches.voluntary, told('status', 'voluntary_ctxt_switches'));
    expect(details).toMatchObject({
      threads: told('status', 'Threads'),
      openFiles: readdirSync(`/proc/${pid}/fd`).length,
      maxOpenFiles: Number(/open files +(\d+)/.exec(proc('limits'))?.[1]),
      states: { running: 0, sleeping: 1, waiting: 0, other: 0 },
    });
    expect(details?.openFiles).toBeGreaterThan(40);
    expect(details?.worstOpenFiles).toBe(Number(details?.openFiles) / Number(details?.maxOpenFiles));
    expect(details?.pageFaults.minor).toBeGreaterThan(1_000);
    expect(Math.abs(Number(details?.startedAt) - Date.now())).toBeLessThan(30_000);
  });

  test('shows memory, and none for one that is not there', async () => {
    const child = launch(`exec '${process.execPath}' -e 'setInterval(() => {}, 1e6)'`);
    const sampler = new UsageSampler(() => ProcessMeter.open(() => podOf(child)));
    await nextUsage(sampler, (usage) => usage !== undefined && usage.memory > 20e6 && usage.cpu < 0.2);
    child.kill('SIGKILL');
    await nextUsage(sampler, (usage) => usage === undefined);
  });

  test('is looked for only while somebody listens', async () => {
    let looks = 0;
    const child = launch('exec sleep 1000');
    const pod = () => {
      looks += 1;
      return podOf(child);
    };
    const sampler = new UsageSampler(() => ProcessMeter.open(pod));
    expect(looks).toBe(0);
    const heard: AllUsage[] = [];
    const endFirst = sampler.listen((usage) => heard.push(usage));
    const second = new Promise((resolve) => sampler.listen(resolve));
    await withDeadline('usage', second);
    expect(heard).toHaveLength(1);
    expect(looks).toBe(2);
    endFirst();
    endFirst();
    await nextUsage(sampler, () => true);
    expect(heard).toHaveLength(1);
  });
});

describe.runIf(process.platform === 'linux')('the list of a tree', () => {
  test('has parents before their children, a daemon without an environment included', async () => {
    const daemon = 'setsid env -i /bin/sh -c "exec >&-; sleep 1001 & echo \\$! >&3" 3>&1; exec sleep 1002';
    const child = launch(`sh -c 'sleep 1003 & wait' & ${daemon}`);
    const pid = Number(await firstLine(child));
    const commands = async () => (await listTree('web', podOf(child))).map(({ command }) => command);
    await eventually('all of them', async () => (await commands()).length === 4);
    await eventually('the last exec', async () => (await commands()).includes('sleep 1002'));
    const tree = await listTree('web', podOf(child));
    expect(tree.find((entry) => entry.pid === pid)?.command).toBe('sleep 1001');
    const at = (command: string) => tree.findIndex((entry) => entry.command === command);
    expect(at('sleep 1002')).toBeLessThan(at('sh -c sleep 1003 & wait'));
    expect(at('sh -c sleep 1003 & wait')).toBeLessThan(at('sleep 1003'));
    expect(tree.find((entry) => entry.command === 'sleep 1003')?.parentPid).toBe(
      tree.find((entry) => entry.command === 'sh -c sleep 1003 & wait')?.pid,
    );
  });

  test('is empty for one that is not there', async () => {
    const child = launch('exec sleep 1000');
    expect(await listTree('db', podOf(child))).toEqual([]);
  });
});

test('looks with details have a period of their own', () => {
  const every = (period: number) => ({ period, mostOfTime: 1 / 100 });
  expect([periodAfter(1, every(5_000)), periodAfter(30, every(250)), periodAfter(9, every(250))]).toEqual([
    5_000, 3_000, 900,
  ]);
});

test('looks are a second apart, and further where they take long', () => {
  expect([0, 1, 3].map((took) => periodAfter(took))).toEqual([1_000, 1_000, 1_000]);
  expect(periodAfter(9)).toBe(2_700);
  expect(periodAfter(200)).toBe(3_000);
});
