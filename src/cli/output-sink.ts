import { closeSync, constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Milliseconds } from '../model/vocabulary.ts';
import { lateNet } from '../runtime/late-net.ts';
import { after } from '../time/timers.ts';
import { ownStdout } from './own-stdout.ts';

/**
 * Takes bytes without blocking the loop, and calls `done` when all have gone or can no longer go. The bytes must not
 * change until then.
 */
export type WriteBytes = (bytes: Buffer, done: (error: Error | null) => void) => void;

export interface OutputSink {
  readonly write: WriteBytes;
  /** True if a write may be stuck in a thread for as long as nobody reads. */
  readonly blocks: boolean;
  /** Closes the descriptors that were opened for it. */
  close(): void;
}

/** A descriptor that would block has no other way to signal that it no longer does. */
const RETRY_AFTER: Milliseconds = 2;

/**
 * Creates the sink for stdout or stderr of this process.
 *
 * A pipe or terminal is opened again as non-blocking: changing it in place would affect everybody who shares it, and a
 * blocking write that is stuck in one of libuv's threads keeps the process from exiting. Only Linux can open a second
 * description, through /proc; elsewhere the write goes to libuv's threads.
 */
export const openSink = (fd: 1 | 2): OutputSink => {
  if (process.platform === 'win32') return streamSink(() => (fd === 1 ? ownStdout() : process.stderr));
  const stats = fstatSync(fd);
  if (stats.isSocket()) return streamSink(() => unclosedSocket(fd));
  if (stats.isFile()) return { write: writeNow(fd), blocks: false, close: nothing };
  const own = reopen(fd);
  if (own === null) return { write: writeByThread(fd), blocks: true, close: nothing };
  if (stats.isFIFO()) return streamSink(() => new (lateNet().Socket)({ fd: own, readable: false }));
  return { write: writeNow(own), blocks: false, close: () => closeSync(own) };
};

/** True if both descriptors lead to the same place: output must stay in order there. */
export const isSameTarget = (one: number, other: number): boolean => {
  const [a, b] = [fstatSync(one), fstatSync(other)];
  return a.dev === b.dev && a.ino === b.ino && a.rdev === b.rdev;
};

/** A socket cannot be opened again, and closing 1 or 2 would give that number to the next file that is opened. */
const unclosedSocket = (fd: number): Writable =>
  Object.assign(new (lateNet().Socket)({ fd, readable: false }), {
    _destroy: (error: Error | null, done: (error: Error | null) => void): void => done(error),
  });

const reopen = (fd: number): number | null => {
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // There is no /proc, or the pipe belongs to another user.
    return null;
  }
};

/** Opened by the first write: to load sockets and to make one takes 4 ms, which the first process need not wait for. */
const streamSink = (open: () => Writable): OutputSink => {
  let opened: Writable | null = null;
  let failed: Error | null = null;
  let pending: ((error: Error | null) => void) | null = null;
  const settle = (error: Error | null): void => {
    const done = pending;
    pending = null;
    done?.(error);
  };
  const stream = (): Writable => {
    opened ??= open().on('error', (error) => {
      failed = error;
      settle(error);
    });
    return opened;
  };
  const writeAll: WriteBytes = (bytes, done) => {
    if (failed !== null) return done(failed);
    pending = done;
    stream().write(bytes, (error) => settle(error ?? null));
  };
  return { write: writeAll, blocks: false, close: () => void stream().destroy() };
};

const nothing = (): void => undefined;

/** Writes to a descriptor that never waits for a reader. */
const writeNow = (fd: number): WriteBytes =>
  repeatedly((bytes, done) => {
    try {
      done(null, writeSync(fd, bytes));
    } catch (error) {
      done(error as NodeJS.ErrnoException, 0);
    }
  });

const writeByThread = (fd: number): WriteBytes => repeatedly((bytes, done) => write(fd, bytes, done));

type WriteSome = (
  bytes: Buffer,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/** One call may write only a part, or nothing yet. */
const repeatedly = (writeSome: WriteSome): WriteBytes => {
  const writeAll: WriteBytes = (bytes, done) =>
    writeSome(bytes, (error, written) => {
      if (error?.code === 'EAGAIN') return after(RETRY_AFTER, () => writeAll(bytes, done));
      if (error !== null) return done(error);
      return written === bytes.length ? done(null) : writeAll(bytes.subarray(written), done);
    });
  return writeAll;
};
