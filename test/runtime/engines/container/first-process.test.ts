import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { isFirstProcess } from '../../../../src/runtime/engines/container/first-process.ts';
import { eventually } from '../../../support/deadline.ts';

test.runIf(process.platform === 'linux')(
  'a signal goes directly only to a process that has the mark of the run',
  async () => {
    const child = spawn('sleep', ['1000'], { env: { ...process.env, MARK_1: '1' }, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    const pid = child.pid ?? -1;
    await eventually('its environment to be there', () => isFirstProcess(pid, 'MARK_1'));
    expect(isFirstProcess(pid, 'MARK')).toBe(false);
    expect(isFirstProcess(process.pid, 'MARK_1')).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isFirstProcess(pid, 'MARK_1')).toBe(false);
  },
);
