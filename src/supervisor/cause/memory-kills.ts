import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel has killed since the machine was started because memory was short; null where it does
 * not tell (before Linux 4.13, and elsewhere).
 */
export const countMemoryKills = (): number | null => {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
};
