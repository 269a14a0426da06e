import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PortableProcessTrees } from '../../../src/runtime/process-tree/portable.ts';
import { isInstalled } from '../../support/installed.ts';
import { isAlive } from '../../support/pod-rig.ts';

const isPossible = process.platform !== 'win32' && isInstalled('ps');
const PATIENCE_MS = 10_000;

const trees = new PortableProcessTrees('0b0b0b0b');

/** In a group of its own; resolves with the pids that it prints once they are there. */
const start = async (script: string, count: number) => {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => killGroup(child));
  let printed = '';
  while (printed.split('\n').length <= count)
    printed += String((await once(child.stdout as NodeJS.ReadableStream, 'data'))[0]);
  const pids = printed.trim().split('\n').map(Number);
  return { child, root: trees.rootOf(child.pid ?? -1, 'web'), pids };
};

const killGroup = ({ pid = 0 }: ChildProcess): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has gone.
  }
};

describe.runIf(isPossible)('on the process trees of macOS', () => {
  test('a signal reaches the whole group', async () => {
    const { child, root, pids } = await start('sleep 1000 & echo $!; exec sleep 1001', 1);
    trees.signalGroup(root, 'SIGTERM');
    const [, signal] = await once(child, 'exit');
    await expect.poll(() => pids.filter(isAlive), { timeout: PATIENCE_MS }).toEqual([]);
    expect(signal).toBe('SIGTERM');
  });

  test('what a root leaves in its group is counted, asked to go, and killed', async () => {
    const { child, root, pids } = await start(
      `(trap '' TERM; echo started; while :; do sleep 0.05; done) & exec sleep 1001`,
      1,
    );
    expect(pids).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await trees.countLeftovers(root)).toBe(1);
    await trees.terminateLeftovers(root, false);
    expect(await trees.countLeftovers(root)).toBe(1);
    expect(await trees.kill(root, () => true, PATIENCE_MS)).toEqual([]);
    await expect.poll(() => trees.countLeftovers(root), { timeout: PATIENCE_MS }).toBe(0);
  });

  test('a kill reaches a child in a group of its own while its parents are there', async () => {
    const { child, root, pids } = await start('set -m; sh -c "sleep 1000 & echo \\$!; wait" & wait', 1);
    expect(
      await trees.kill(root, () => child.exitCode !== null || child.signalCode !== null, PATIENCE_MS),
    ).toEqual([]);
    await expect.poll(() => pids.filter(isAlive), { timeout: PATIENCE_MS }).toEqual([]);
  });

  test('a root that has ended by itself leaves nothing to kill', async () => {
    const { child, root } = await start('echo 1', 1);
    await (child.exitCode === null ? once(child, 'exit') : undefined);
    expect(await trees.kill(root, () => true, PATIENCE_MS)).toEqual([]);
    expect(await trees.sweepRun()).toEqual([]);
  });
});
