import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { PodCgroup } from './pod-cgroup.ts';

export type BackEnd = 'cgroup' | 'marks' | 'groups' | 'taskkill';

/** The means of this machine to find and end the processes of a pod. */
export interface ReaperFacts {
  readonly platform: NodeJS.Platform;
  readonly backEnd: BackEnd;
  /**
   * Absolute path, with symlinks resolved, of the shell that the guard and every launch begin as; null if it is not
   * used.
   */
  readonly shell: string | null;
  /** Flag by which that shell sets RLIMIT_LOCKS; null if processes are not marked with it. */
  readonly limitFlag: '-x' | '-w' | null;
  /** True if a guard cleans up when the supervisor is killed. */
  readonly guard: boolean;
}

const SHELL = '/bin/sh';
const PROBED_LIMIT = '700000000000000000';

export const examineReaper = async (platform: NodeJS.Platform = process.platform): Promise<ReaperFacts> => {
  if (platform !== 'linux') {
    const backEnd = platform === 'win32' ? 'taskkill' : 'groups';
    return { platform, backEnd, shell: null, limitFlag: null, guard: false };
  }
  const shell = existsSync(SHELL) ? realpathSync(SHELL) : null;
  const backEnd = (await canMakeCgroups()) ? 'cgroup' : 'marks';
  return { platform, backEnd, shell, limitFlag: await findLimitFlag(), guard: shell !== null };
};

const canMakeCgroups = async (): Promise<boolean> => {
  const cgroup = PodCgroup.create(`doctor-${process.pid}`);
  if (cgroup === null) return false;
  try {
    const probe = join(cgroup.path, 'probe');
    mkdirSync(probe);
    const shown = await runShell('echo 0 >"$0" && cat /proc/self/cgroup', join(probe, 'cgroup.procs'));
    return shown.includes('/probe');
  } catch {
    return false;
  } finally {
    await cgroup.remove();
  }
};

const findLimitFlag = async (): Promise<ReaperFacts['limitFlag']> => {
  for (const flag of ['-x', '-w'] as const) if (await setsLimit(flag)) return flag;
  return null;
};

const setsLimit = async (flag: string): Promise<boolean> => {
  const script = `ulimit -S${flag.slice(1)} ${PROBED_LIMIT} && cat /proc/self/limits`;
  return (await runShell(script)).includes(PROBED_LIMIT);
};

/** Output of the script on stdout, even if it fails. */
const runShell = async (script: string, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await execa(SHELL, ['-c', script, ...args], { stdin: 'ignore', reject: false });
  return stdout;
};
