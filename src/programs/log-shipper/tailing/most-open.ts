import { readFileSync } from 'node:fs';

/** What a shell has at least where the system does not say. */
const COMMON = 256;

/** More are of no use: an open file is read a little sooner. */
const MOST = 1_000;

/** Files that each of so many destinations can keep open: half of the descriptors of this process are for everything else. */
export const mostOpenOf = (destinations: number): number =>
  Math.max(1, Math.min(MOST, Math.floor(limit() / 2 / destinations)));

const limit = (): number => {
  try {
    const [, found = ''] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return found === '' ? Number.POSITIVE_INFINITY : Number(found);
  } catch {
    return COMMON;
  }
};
