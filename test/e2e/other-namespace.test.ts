import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLI, CommandLine } from '../support/command-line.ts';
import { isAlive, PodRig } from '../support/pod-rig.ts';

const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc'] as const;

const canUnshare = (): boolean => {
  try {
    execFileSync(UNSHARE[0], [...UNSHARE.slice(1), 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

test.runIf(canUnshare())(
  'a command in another pid namespace takes nothing away from a pod that runs',
  async () => {
    await using rig = await PodRig.open({
      volumes: { data: {} },
      sidecars: { db: { command: ['sleep', '600'], mounts: { data: 'mnt/data' } } },
      primary: { name: 'web', command: ['sleep', '600'] },
    });
    const pod = rig.up();
    await pod.state('web', 'ready');
    const { pid } = await pod.state('db', 'ready');
    const inside = async (...args: string[]) => {
      const words = [...UNSHARE, process.execPath, CLI] as const;
      await using run = new CommandLine(args, rig.project.folder, rig.environment, { words });
      return { code: await run.exitCode(), text: run.stdout + run.stderr };
    };
    await inside('check');
    expect(existsSync(rig.project.path('mnt/data/.'))).toBe(true);
    expect(isAlive(pid as number)).toBe(true);
    expect(await inside('dev')).toMatchObject({ code: 1, text: expect.stringContaining('shop') });
    expect(await inside('down')).toMatchObject({ code: 0 });
    expect(await pod.exitCode()).toBe(0);
  },
);
