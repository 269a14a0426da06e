import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { markBehindShell } from '../../../src/runtime/launch/mark-behind-shell.ts';
import { LinuxProcessTrees } from '../../../src/runtime/process-tree/linux.ts';
import { PodCgroup } from '../../../src/runtime/process-tree/pod-cgroup.ts';
import { readLocksLimit } from '../../../src/runtime/process-tree/proc-table.ts';
import { ownIdentity } from '../../../src/runtime/process-tree/process-identity.ts';
import { eventually } from '../../support/deadline.ts';
import { newRunId } from '../../support/new-run-id.ts';
import { canMakeCgroups } from '../../support/no-cgroups.ts';
import { isAlive } from '../../support/pod-rig.ts';

const since = ownIdentity().startTime ?? 0;
const SLEEP = { file: 'sleep', args: ['1000'], verbatim: false };
const { PATH = '' } = process.env;

const start = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess => {
  const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

const launch = (trees: LinuxProcessTrees, spawnable = SLEEP, mark = 'web'): ChildProcess => {
  const marks = trees.mark({ PATH }, mark);
  const { file, args } = markBehindShell(spawnable, marks);
  return start(file, args, marks.env);
};

const HALF_DEAD = fileURLToPath(new URL('../../support/half-dead.mjs', import.meta.url));

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'latin1') : '');
const childOf = (pid: number): number => Number(textOf(`/proc/${pid}/task/${pid}/children`).split(' ')[0]);
const stateOf = (pid: number): string => /\) (.)/.exec(textOf(`/proc/${pid}/stat`))?.[1] ?? '';

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false)).on('close', () => socket.destroy());
  });

const pidOf = (child: ChildProcess): number => child.pid ?? Number.NaN;
const isSleeping = (pid: number): boolean =>
  readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sleep');

const BACK_ENDS = [
  { name: 'marks', available: true, cgroupOf: () => null },
  { name: 'cgroups', available: canMakeCgroups(), cgroupOf: (runId: string) => PodCgroup.create(runId) },
] as const;

describe.runIf(process.platform === 'linux').each(BACK_ENDS)(
  'a tree found by $name',
  ({ available, cgroupOf }) => {
    const createTrees = (runId = newRunId()) => {
      const trees = new LinuxProcessTrees({ runId, since, cgroup: cgroupOf(runId) });
      onTestFinished(() => trees.close());
      return trees;
    };

    test.runIf(available)(
      'is killed, daemons without an environment included, and no other tree',
      async () => {
        const trees = createTrees();
        const daemon =
          'setsid env -i /bin/sh -c "exec >&-; sleep 1000 & echo \\$! >&3" 3>&1; exec sleep 1000';
        const web = launch(trees, { file: '/bin/sh', args: ['-c', daemon], verbatim: false });
        const other = launch(trees, SLEEP, 'db');
        const pid = Number(await once(web.stdout as NodeJS.ReadableStream, 'data'));
        await eventually('the daemon', () => isSleeping(pid));
        const root = trees.rootOf(pidOf(web), 'web');

        await trees.kill(root, () => false, 5000);

        // A process that ends has no environment for a moment before the kernel calls it a zombie.
        await eventually('the end of the tree', () => !isAlive(pid) && !isAlive(pidOf(web)));
        expect(isAlive(pidOf(other))).toBe(true);
        await trees.sweepRun(5000);
        await eventually('the end of the run', () => !isAlive(pidOf(other)));
      },
    );

    test.runIf(available)('does not take in who has its pid by now', async () => {
      const trees = createTrees();
      const stranger = start('sleep', ['1000'], { PATH });
      // Not by rootOf, which would take it into the cgroup.
      const root = { pid: pidOf(stranger), mark: 'web', startTime: since, holdsNamespace: false };

      expect(await trees.countLeftovers(root)).toBe(0);
      await trees.terminateLeftovers(root, false);
      await trees.kill(root, () => true, 5000);

      expect(isAlive(pidOf(stranger))).toBe(true);
    });

    test.runIf(available)('tells what a process has been started for', async () => {
      const trees = createTrees();
      const child = launch(trees);
      trees.rootOf(pidOf(child), 'web');
      const stranger = start('sleep', ['1000'], { PATH });
      await eventually('both', () => isSleeping(pidOf(child)) && isSleeping(pidOf(stranger)));
      expect([trees.markOf(pidOf(child)), trees.markOf(pidOf(stranger))]).toEqual(['web', null]);
      if (trees.cgroupPath === null) return;
      trees.rootOf(pidOf(stranger), 'db');
      await eventually('the move into the cgroup', () => trees.markOf(pidOf(stranger)) === 'db');
    });

    test.runIf(available)(
      'is there while a thread of it listens, though its first thread has ended',
      async () => {
        const trees = createTrees();
        const shell = launch(trees, {
          file: 'sh',
          args: ['-c', `"$0" "$1" & wait`, process.execPath, HALF_DEAD],
          verbatim: false,
        });
        const port = Number(await once(shell.stdout as NodeJS.ReadableStream, 'data'));
        const root = trees.rootOf(pidOf(shell), 'web');
        await eventually('the root to wait for half a process', () => stateOf(childOf(root.pid)) === 'Z');
        shell.kill('SIGKILL');
        await once(shell, 'exit');

        expect([await isListening(port), await trees.countLeftovers(root)]).toEqual([true, 1]);
        expect(await trees.kill(root, () => true, 5000)).toEqual([]);
        expect([await isListening(port), await trees.countLeftovers(root)]).toEqual([false, 0]);
      },
    );

    test.runIf(available)('does not reach back to before the run', async () => {
      const runId = newRunId();
      const child = launch(createTrees(runId));
      await eventually('its start', () => isSleeping(pidOf(child)));
      await new LinuxProcessTrees({ runId, since: since + 1e9, cgroup: null }).sweepRun(5000);
      expect(isAlive(pidOf(child))).toBe(true);
    });
  },
);

describe.runIf(process.platform === 'linux')('what is marked', () => {
  const trees = () => new LinuxProcessTrees({ runId: newRunId(), since, cgroup: null });

  test('keeps its environment, down to the names that a shell would drop', async () => {
    const marks = trees().mark({ PATH, 'a.b-c': 'x y' }, 'web');
    const { file, args } = markBehindShell({ file: 'env', args: [], verbatim: false }, marks);
    const child = start(file, args, marks.env);
    const [printed] = await once(child.stdout as NodeJS.ReadableStream, 'data');
    const names = String(printed)
      .trimEnd()
      .split('\n')
      .map((line) => line.split('=')[0] ?? '');
    expect(names.filter((name) => !name.startsWith('SIDECARCTL_RUN_') && name !== '_').sort()).toEqual([
      'PATH',
      'a.b-c',
    ]);
    expect(String(printed)).toContain('a.b-c=x y\n');
  });

  test('carries a limit that is its own', async () => {
    const marking = trees();
    const [web, db] = [launch(marking), launch(marking, SLEEP, 'db')].map(pidOf);
    await eventually('both', () => isSleeping(web ?? 0) && isSleeping(db ?? 0));
    const limits = [readLocksLimit(web ?? 0), readLocksLimit(db ?? 0)];
    expect(limits).toEqual([expect.stringMatching(/^7\d{17}$/), expect.stringMatching(/^7\d{17}$/)]);
    expect(limits[0]).not.toBe(limits[1]);
  });
});
