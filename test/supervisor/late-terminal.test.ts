import { readdirSync, readlinkSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PseudoTerminal } from '../../src/runtime/terminals/pseudo-terminal.ts';
import { eventually } from '../support/deadline.ts';
import { RunningPod } from './running-pod.ts';

const holdsMaster = (pid: number): boolean => {
  const folder = `/proc/${pid}/fd`;
  const paths = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`);
    } catch {
      // It has been closed in the meantime.
      return '';
    }
  });
  return paths.some((path) => path.endsWith('ptmx'));
};

test.runIf(process.platform === 'linux')(
  'a terminal that could be opened only when its process was launched is held by the guard, too',
  async () => {
    const open = vi.spyOn(PseudoTerminal, 'open').mockImplementationOnce(() => {
      throw Object.assign(new Error('no terminal is left'), { code: 'ENOSPC' });
    });
    onTestFinished(() => open.mockRestore());
    await using running = await RunningPod.start({
      primary: { name: 'web', command: ['sleep', '600'], tty: true },
    });
    await running.is('web', 'ready');
    expect(open).toHaveBeenCalledTimes(2);
    await eventually('the guard to hold its terminal', () => {
      const pid = running.client.snapshot.guard?.pid ?? null;
      return pid !== null && holdsMaster(pid);
    });
  },
);
