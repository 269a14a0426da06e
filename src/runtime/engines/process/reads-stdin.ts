import { readFileSync, readlinkSync } from 'node:fs';
import type { ReadsInput } from '../workload.ts';

/** Numbers of the system calls that wait for input, by architecture. `reads`: the first argument is the descriptor. */
interface Calls {
  readonly reads: readonly number[];
  /** The first argument is one more than the highest descriptor. */
  readonly selects: readonly number[];
  /** The first argument is the epoll descriptor. */
  readonly epolls: readonly number[];
}

const GENERIC: Calls = { reads: [63, 65], selects: [72], epolls: [22, 441] };
const X64: Calls = { reads: [0, 19], selects: [23, 270], epolls: [232, 281, 441] };
const CALLS = process.arch === 'x64' ? X64 : GENERIC;

/**
 * Returns whether one of these processes waits for input from the stdin of the first one.
 *
 * @example
 * readsStdin([4242, 4243]) // the main process, and what it has started
 */
export const readsStdin = (pids: readonly number[]): ReadsInput => {
  const [main] = pids;
  const stdin = main === undefined ? null : linkOf(main, '0');
  if (stdin === null) return 'maybe';
  const all = pids.map((pid) => reads(pid, stdin));
  return (['yes', 'maybe'] as const).find((one) => all.includes(one)) ?? 'no';
};

const reads = (pid: number, stdin: string): ReadsInput => {
  const call = callOf(pid);
  if (call === 'unknown') return 'maybe';
  if (call === null) return 'no';
  const [number, argument] = call;
  const isStdin = (fd: string): boolean => linkOf(pid, fd) === stdin;
  if (CALLS.reads.includes(number)) return isStdin(`${argument}`) ? 'yes' : 'no';
  if (CALLS.selects.includes(number)) return argument === 1 && isStdin('0') ? 'yes' : 'no';
  return CALLS.epolls.includes(number) && watchedBy(pid, argument).some(isStdin) ? 'maybe' : 'no';
};

/** Number and first argument of the system call that its main thread waits in; null: it waits in none, or has gone. */
const callOf = (pid: number): readonly [number, number] | 'unknown' | null => {
  try {
    const [number = '', argument = ''] = readFileSync(`/proc/${pid}/syscall`, 'latin1').split(' ');
    return argument === '' ? null : [Number(number), Number(argument)];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'unknown' : null;
  }
};

/** Descriptors that an epoll descriptor waits for. Node waits for all its input with one. */
const watchedBy = (pid: number, epoll: number): readonly string[] => {
  try {
    const text = readFileSync(`/proc/${pid}/fdinfo/${epoll}`, 'latin1');
    return [...text.matchAll(/^tfd:\s*(\d+)/gm)].map(([, fd = '']) => fd);
  } catch {
    return [];
  }
};

const linkOf = (pid: number, fd: string): string | null => {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return null;
  }
};
