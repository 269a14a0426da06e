import { closeSync, constants, readSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { HeldFolder } from '../../files/held-folder.ts';

const PIPE_BYTES = 64 * 1024;

/**
 * Appends the rest of a dead run's FIFOs to its log files. Nobody may be left who writes to them. `firstFifo` is the
 * first descriptor; stdout and stderr of each process follow, in the order of their log files.
 */
export const saveOutput = (configFolder: string, firstFifo: number, logs: readonly string[]): void => {
  for (const [index, log] of logs.entries()) {
    const stdout = firstFifo + index * 2;
    for (const fifo of [stdout, stdout + 1]) save(fifo, { configFolder, log });
  }
};

/** Absolute paths; between them no symlink is followed. */
interface Target {
  readonly configFolder: string;
  readonly log: string;
}

const save = (fifo: number, log: Target): void => {
  try {
    for (let unread = readNow(fifo); unread.length > 0; unread = readNow(fifo)) append(log, unread);
  } catch {
    // The disk is full, or the folder is not writable; the supervisor has reported it.
  }
};

const readNow = (fifo: number): Buffer => {
  const buffer = Buffer.allocUnsafe(PIPE_BYTES);
  try {
    return buffer.subarray(0, readSync(fifo, buffer));
  } catch {
    // EAGAIN means that it is empty.
    return buffer.subarray(0, 0);
  }
};

const append = ({ configFolder, log }: Target, bytes: Buffer): void => {
  using folder = HeldFolder.open(configFolder, dirname(log), { make: true });
  const fd = folder.openFile(basename(log), constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
  try {
    for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(writeSync(fd, rest));
  } finally {
    closeSync(fd);
  }
};
