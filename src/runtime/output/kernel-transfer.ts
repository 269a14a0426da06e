import { readSync } from 'node:fs';
import { constants } from 'node:os';
import { getSystemErrorMessage, getSystemErrorName } from 'node:util';

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
const SPLICE_F_NONBLOCK = 2;
const [O_NONBLOCK, O_CLOEXEC] = [0o4000, 0o2000000];

/**
 * Null where koffi, an optional dependency, was not installed, or the calls are forbidden. Loading it blocks for 9 ms: to
 * be done late.
 */
export const loadKernelTransfer = async (): Promise<KernelTransfer | null> => {
  try {
    const { default: koffi } = await import('koffi');
    const libc = koffi.load(null);
    const tee = libc.func('long tee(int, int, unsigned long, unsigned int)');
    const splice = libc.func('long splice(int, void *, int, void *, unsigned long, unsigned int)');
    const openPipe = pipeOpener(libc.func('int pipe2(void *, int)'));
    const copies = openPipe();
    const copy = (pipe: number, bytes: number): number => tee(pipe, copies.writing, bytes, SPLICE_F_NONBLOCK);
    copy(openPipe().reading, 1);
    if (koffi.errno() !== EAGAIN) return null;
    return {
      peek: (pipe, target) => {
        const copied = copy(pipe, target.length);
        // EAGAIN: nothing is there.
        return copied > 0 ? readSync(copies.reading, target, 0, copied, null) : 0;
      },
      move: (pipe, file, bytes) => {
        const moved: number = splice(pipe, null, file, null, bytes, SPLICE_F_NONBLOCK);
        if (moved > 0) return moved;
        // EAGAIN: a process has opened /dev/stdout to read, and took it.
        if (moved === 0 || [EINVAL, EAGAIN].includes(koffi.errno())) return null;
        throw systemError('splice', koffi.errno());
      },
    };
  } catch {
    return null;
  }
};

const pipeOpener = (pipe2: (ends: Buffer, flags: number) => number) => () => {
  const ends = Buffer.alloc(8);
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) !== 0) throw new Error('no pipe');
  return { reading: ends.readInt32LE(0), writing: ends.readInt32LE(4) };
};

/** As Node's own calls report it. */
const systemError = (syscall: string, errno: number): NodeJS.ErrnoException => {
  const code = getSystemErrorName(-errno);
  const message = `${code}: ${getSystemErrorMessage(-errno)}, ${syscall}`;
  return Object.assign(new Error(message), { code, errno: -errno, syscall });
};
