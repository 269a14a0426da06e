import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LinuxProcessTrees } from '../../../src/runtime/process-tree/linux.ts';
import { readEntry } from '../../../src/runtime/process-tree/proc-table.ts';
import { ownIdentity } from '../../../src/runtime/process-tree/process-identity.ts';
import { eventually } from '../../support/deadline.ts';
import { newRunId } from '../../support/new-run-id.ts';
import { isAlive } from '../../support/pod-rig.ts';

const isRoot = process.geteuid?.() === 0;
const NOBODY = 65534;
const DAEMON = 1;
const FREEZER = '/sys/fs/cgroup/freezer';
/** Far more than it may take. */
const PATIENCE_MS = 10_000;

const createTrees = (): LinuxProcessTrees =>
  new LinuxProcessTrees({ runId: newRunId(), since: ownIdentity().startTime ?? 0, cgroup: null });

/** A shell that leads the session, and a process in it that runs as another user where `uid` is given. */
const startTree = async (uid?: number) => {
  const leader = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void leader.kill('SIGKILL'));
  const member = spawn('sleep', ['1001'], {
    detached: true,
    stdio: 'ignore',
    ...(uid === undefined ? {} : { uid }),
  });
  onTestFinished(() => void member.kill('SIGKILL'));
  await eventually('both', () => [leader, member].every(({ pid }) => commandOf(pid).startsWith('sleep')));
  return { leader: leader.pid ?? -1, member: member.pid ?? -1 };
};

const commandOf = (pid = -1): string => readFileSync(`/proc/${pid}/cmdline`, 'latin1');

describe.runIf(process.platform === 'linux')('what SIGKILL does not end', () => {
  test.runIf(isRoot)(
    'is told with its user when the signal was not permitted, and not waited for',
    async () => {
      const trees = createTrees();
      const { member } = await startTree(DAEMON);
      const root = trees.rootOf(member, 'web');
      process.seteuid?.(NOBODY);
      onTestFinished(() => process.seteuid?.(0));
      const from = performance.now();

      const survivors = await trees.kill(root, () => true, PATIENCE_MS);

      expect(survivors).toEqual([
        { pid: member, user: 'daemon', command: 'sleep 1001', why: 'not-permitted' },
      ]);
      expect(performance.now() - from).toBeLessThan(PATIENCE_MS / 2);
      process.seteuid?.(0);
      expect(isAlive(member)).toBe(true);
    },
  );

  test.runIf(isRoot && existsSync(FREEZER))(
    'is told when it hangs in the kernel, within a bound',
    async () => {
      const trees = createTrees();
      const { member } = await startTree();
      const frozen = mkdtempSync(join(FREEZER, 'sidecarctl-test-'));
      onTestFinished(async () => {
        writeFileSync(join(frozen, 'freezer.state'), 'THAWED');
        await eventually('the frozen process to go', () => !isAlive(member));
        rmdirSync(frozen);
      });
      writeFileSync(join(frozen, 'cgroup.procs'), `${member}`);
      writeFileSync(join(frozen, 'freezer.state'), 'FROZEN');
      await eventually('it to be frozen', () => readEntry(member)?.state === 'D');

      const survivors = await trees.kill(trees.rootOf(member, 'web'), () => true, PATIENCE_MS);

      expect(survivors).toEqual([
        { pid: member, user: 'root', command: 'sleep 1001', why: 'uninterruptible' },
      ]);
    },
  );

  test('is nothing when all of it has ended', async () => {
    const trees = createTrees();
    const { leader, member } = await startTree();
    expect(await trees.kill(trees.rootOf(leader, 'web'), () => false, PATIENCE_MS)).toEqual([]);
    expect([isAlive(leader), isAlive(member)]).toEqual([false, true]);
  });
});

describe.runIf(process.platform === 'linux')('a process belongs to a tree', () => {
  const startChild = async () => {
    const trees = createTrees();
    const shell = spawn('sh', ['-c', 'setsid sh -c "sleep 1000 & echo \\$!; wait" & wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const root = trees.rootOf(shell.pid ?? -1, 'web');
    const grandchild = Number(await once(shell.stdout, 'data'));
    // Without marks, nothing but its session leads to it once its parent has died.
    const session = readEntry(grandchild)?.session ?? root.pid;
    onTestFinished(() => [session, root.pid].forEach((group) => void process.kill(-group, 'SIGKILL')));
    return { trees, root, grandchild };
  };

  test('as its root, or by descent from it in sessions of their own', async () => {
    const { trees, root, grandchild } = await startChild();
    expect([trees.owns(root, root.pid), trees.owns(root, grandchild)]).toEqual([true, true]);
  });

  test('but the supervisor, a sibling and a pid that nobody has do not', async () => {
    const { trees, root } = await startChild();
    const { leader } = await startTree();
    expect([process.pid, leader, 2 ** 22].map((pid) => trees.owns(root, pid))).toEqual([false, false, false]);
  });
});
