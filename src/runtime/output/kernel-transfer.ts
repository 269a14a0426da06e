import { readSync } from 'node:fs';
import { constants } from 'node:os';
import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import type { Libc } from '../native/libc.ts';

/**
 * Reads a pipe without emptying it, and empties it into a file within the kernel. What is read and then written is in
 * nobody's hands between the two: killed there, a supervisor takes up to 64 KiB with it; of floods nearly every second
 * one lost lines so.
 */
export interface KernelTransfer {
  /** Copies what stands in the pipe into `target`, as far as it fits, and leaves it there. 0: nothing is there. */
  peek(pipe: number, target: Buffer): number;
  /**
   * Moves so many bytes, or fewer, from the pipe to where the file is written to, which must not be opened to append.
   * Null: nothing can be moved into a file of this kind.
   */
  move(pipe: number, file: number, bytes: number): number | null;
}

const { EAGAIN, EINVAL } = constants.errno;

/** Null where the calls are forbidden. */
export const createKernelTransfer = (libc: Libc): KernelTransfer | null => {
  const [copies, empty] = [libc.pipe(), libc.pipe()];
  if (copies === null || empty === null) return null;
  const copy = (pipe: number, bytes: number): number => libc.tee(pipe, copies.writing, bytes);
  copy(empty.reading, 1);
  if (libc.errno() !== EAGAIN) return null;
  return {
    peek: (pipe, target) => {
      const copied = copy(pipe, target.length);
      // EAGAIN: nothing is there.
      return copied > 0 ? readSync(copies.reading, target, 0, copied, null) : 0;
    },
    move: (pipe, file, bytes) => {
      const moved = libc.splice(pipe, file, bytes);
      if (moved > 0) return moved;
      // EAGAIN: a process has opened /dev/stdout to read, and took it.
      if (moved === 0 || [EINVAL, EAGAIN].includes(libc.errno())) return null;
      throw systemError('splice', libc.errno());
    },
  };
};

/** As Node's own calls report it. */
const systemError = (syscall: string, errno: number): NodeJS.ErrnoException => {
  const code = getSystemErrorName(-errno);
  const message = `${code}: ${getSystemErrorMessage(-errno)}, ${syscall}`;
  return Object.assign(new Error(message), { code, errno: -errno, syscall });
};
