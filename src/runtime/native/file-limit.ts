import { readFileSync } from 'node:fs';

export const RLIMIT_NOFILE = 7;

interface Limit {
  readonly soft: number;
  readonly hard: number;
}

let atStart: number | null | undefined;

/**
 * Returns the soft limit of open files that this process was started with, if it is known to be lower than the present
 * one: Node raises its own to the hard limit, which children would inherit. Some programs close every descriptor up to
 * it, and select(2) supports only 1,024. The limit is read from the parent, as long as the hard limits are the same.
 * Null: nothing needs correction.
 *
 * @example
 * const limit = fileLimitAtStart(); // 1024 after `ulimit -Sn 1024`
 */
export const fileLimitAtStart = (): number | null => {
  if (atStart === undefined) atStart = process.platform === 'linux' ? findLimit() : null;
  return atStart;
};

const findLimit = (): number | null => {
  const own = readLimit('self');
  const parents = readLimit(process.ppid);
  if (own === null || parents === null) return null;
  return parents.hard === own.hard && parents.soft < own.soft ? parents.soft : null;
};

const readLimit = (process: number | 'self'): Limit | null => {
  const [, soft, hard] = /^Max open files +(\d+|unlimited) +(\d+|unlimited)/m.exec(textOf(process)) ?? [];
  return soft === undefined || hard === undefined ? null : { soft: numberOf(soft), hard: numberOf(hard) };
};

const numberOf = (text: string): number => (text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text));

const textOf = (process: number | 'self'): string => {
  try {
    return readFileSync(`/proc/${process}/limits`, 'latin1');
  } catch {
    return '';
  }
};
