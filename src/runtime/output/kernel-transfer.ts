import { readSync } from 'node:fs';
import { constants } from 'node:os';
import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import type { Libc } from '../native/libc.ts';

/**
 * Reads a pipe without emptying it, and empties it into a file within the kernel. Bytes that are read and then written
 * would be lost if the supervisor is killed in between: up to 64 KiB, and during floods nearly every second kill lost
 * lines.
 */
export interface KernelTransfer {
  /**
   * Copies the content of the pipe into `target`, as far as it fits, and leaves it in the pipe. 0: the pipe is empty.
   */
  peek(pipe: number, target: Buffer): number;
  /**
   * Moves so many bytes, or fewer, from the pipe to the position of the file, which must not be opened for appending.
   * Null: nothing can be moved into a file of this kind.
   */
  move(pipe: number, file: number, bytes: number): number | null;
  /** Lets the pipe hold `LARGE_PIPE` bytes, if the kernel allows that. */
  enlarge(pipe: number): void;
}

/** Number of bytes that are read at a time in a flood. */
export const LARGE_PIPE = 256 * 1024;
/**
 * Number of pipes that are enlarged at most. When a user who is not root has 64 MiB of pipes, the kernel gives the next
 * ones of that user 4 or 8 KiB.
 */
const MOST_ENLARGED = 64;

const { EAGAIN, EINVAL } = constants.errno;

/** Returns null if the calls are forbidden. */
export const createKernelTransfer = (libc: Libc): KernelTransfer | null => {
  const [copies, empty] = [libc.pipe(), libc.pipe()];
  if (copies === null || empty === null) return null;
  const copy = (pipe: number, bytes: number): number => libc.tee(pipe, copies.writing, bytes);
  copy(empty.reading, 1);
  if (libc.errno() !== EAGAIN) return null;
  let enlarged = 0;
  return {
    peek: (pipe, target) => {
      const copied = copy(pipe, target.length);
      // EAGAIN means that it is empty.
      return copied > 0 ? readSync(copies.reading, target, 0, copied, null) : 0;
    },
    move: (pipe, file, bytes) => {
      const moved = libc.splice(pipe, file, bytes);
      if (moved > 0) return moved;
      // EAGAIN means that a process has opened /dev/stdout for reading, and took the bytes.
      if (moved === 0 || [EINVAL, EAGAIN].includes(libc.errno())) return null;
      throw systemError('splice', libc.errno());
    },
    enlarge: (pipe) => {
      if (enlarged === 0) libc.resizePipe(copies.reading, LARGE_PIPE);
      if (enlarged < MOST_ENLARGED) libc.resizePipe(pipe, LARGE_PIPE);
      enlarged += 1;
    },
  };
};

/** Same error as Node's own calls report. */
const systemError = (syscall: string, errno: number): NodeJS.ErrnoException => {
  const code = getSystemErrorName(-errno);
  const message = `${code}: ${getSystemErrorMessage(-errno)}, ${syscall}`;
  return Object.assign(new Error(message), { code, errno: -errno, syscall });
};
