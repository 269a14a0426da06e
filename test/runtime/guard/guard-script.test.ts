import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardArguments } from '../../../src/runtime/guard/guard-script.ts';
import { WAIT_LIMIT_MS } from '../../support/deadline.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sidecarctl-guard-script-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The guard's shell over a process table of the test's own, with another program in the place of Node. */
const startScript = (cleanup: string) => {
  const run = { configFolder: folder, runId: 'none', cgroup: null };
  const [flag = '', script = '', ...words] = guardArguments(run, { node: 0, script: 0, firstFifo: 3 }, []);
  const known = words.slice(0, words.indexOf('/proc/self/fd/0'));
  const args = [flag, script.replaceAll('/proc/', `${folder}/`), ...known, '/dev/null', cleanup];
  return spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'inherit'] });
};

/** What the sweep asks of a process, which is told when the test likes; opening it does not wait. */
const heldLimits = async (pid: number): Promise<number> => {
  const path = await limitsThatBlock(pid);
  return openSync(path, constants.O_RDWR);
};

const limitsThatBlock = async (pid: number): Promise<string> => {
  const path = join(folder, `${pid}`, 'limits');
  await mkdir(join(folder, `${pid}`));
  execFileSync('mkfifo', [path]);
  return path;
};

const hasEndedChild = (parent: number): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        const [, state, ppid] = /^.*\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
        return state === 'Z' && ppid === `${parent}`;
      } catch {
        return false;
      }
    });

describe.runIf(process.platform === 'linux')('the sweep in the guard’s shell', () => {
  it('looks at no more processes once Node has cleaned up', async () => {
    const first = await heldLimits(1);
    await limitsThatBlock(2);
    const guard = startScript('/bin/true');
    const exited = once(guard, 'exit');
    guard.stdin?.end();
    // Some shells go on with the next word when a read was interrupted, others read on.
    const hasLookedUp = () => guard.exitCode !== null || hasEndedChild(guard.pid ?? -1);
    await expect.poll(hasLookedUp).toBe(true);
    writeSync(first, 'Max file locks  1 1\n');
    const inTime = setTimeout(() => guard.kill('SIGKILL'), WAIT_LIMIT_MS);
    expect(await exited).toEqual([0, null]);
    clearTimeout(inTime);
    closeSync(first);
  });
});
