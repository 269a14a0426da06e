import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownIdentity, presenceOf, runStateOf } from '../../../src/runtime/process-tree/process-identity.ts';
import { eventually } from '../../support/deadline.ts';
import { deadPid } from '../volumes/support.ts';

const onLinux = process.platform === 'linux';
const MODULE = fileURLToPath(
  new URL('../../../src/runtime/process-tree/process-identity.ts', import.meta.url),
);
const own = ownIdentity();

const canUnshare = (): boolean => {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('a process that is looked for by its identity', () => {
  test('is alive where its pid and its start time are the same', () => {
    expect(presenceOf(own)).toBe('alive');
    expect(presenceOf({ pid: own.pid, startTime: own.startTime })).toBe('alive');
  });

  test('is gone when its pid is free, or another process has it', async () => {
    expect(presenceOf({ ...own, pid: await deadPid() })).toBe('gone');
    if (onLinux) expect(presenceOf({ ...own, startTime: (own.startTime ?? 0) - 1 })).toBe('gone');
  });

  test.each([0, -1, -process.pid])('is gone where its pid means many processes to the kernel: %s', (pid) => {
    expect(presenceOf({ pid, startTime: null })).toBe('gone');
    expect(presenceOf({ ...own, pid })).toBe('gone');
  });

  test('is gone after a boot of the same machine, whoever has its pid now', () => {
    const before = { ...own, bootId: '00000000-0000-0000-0000-000000000000' };
    expect(presenceOf(before, { ...own, bootId: 'now' })).toBe('gone');
  });

  test('is elsewhere when a machine of another name runs it, as on a shared disk', async () => {
    const other = { ...own, pid: await deadPid(), bootId: 'theirs', host: 'somewhere.example' };
    expect(presenceOf(other, { ...own, bootId: 'ours' })).toBe('elsewhere');
  });

  test('is elsewhere when its pid counts in another namespace', async () => {
    const inContainer = { ...own, pid: await deadPid(), pidNamespace: 1 };
    expect(presenceOf(inContainer)).toBe('elsewhere');
  });

  test.runIf(onLinux)('and is stopped, is told apart from one that runs', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const startTime = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]);
    child.kill('SIGSTOP');
    await eventually('the stop', () => runStateOf({ ...own, pid, startTime }) === 'T');
  });

  test.runIf(onLinux && canUnshare())('is never gone for those in a pid namespace below it', () => {
    const script = `import(${JSON.stringify(MODULE)}).then(({ presenceOf }) => console.log(presenceOf(${JSON.stringify(own)})))`;
    const inside = (flags: readonly string[]) =>
      execFileSync('unshare', [...flags, process.execPath, '-e', script], { encoding: 'utf8' }).trim();
    expect(inside(['--pid', '--fork', '--mount-proc'])).toBe('elsewhere');
    // There /proc is still the one of the namespace outside.
    expect(inside(['--pid', '--fork'])).toBe('elsewhere');
  });
});
