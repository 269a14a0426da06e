import { promisify } from 'node:util';
import treeKill from 'tree-kill';

/** Kills a process and what it has started, as far as parents lead there. Never rejects. */
export const killTree = async (pid: number): Promise<void> => {
  await promisify<number, string>(treeKill)(pid, 'SIGKILL').catch(() => undefined);
};
