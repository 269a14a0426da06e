import { readFileSync } from 'node:fs';

/**
 * Number of processes that the kernel has killed for lack of memory since the machine was started; null if it does not
 * tell (before Linux 4.13, and on other systems).
 */
export const countMemoryKills = (): number | null => {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
};
