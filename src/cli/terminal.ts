import { isatty, WriteStream } from 'node:tty';
import { ownStdout } from './own-stdout.ts';

/**
 * NO_COLOR, FORCE_COLOR and TERM are for Node to judge; without a terminal only FORCE_COLOR gives colour. Asked of the
 * descriptor: `process.stdout` would set up a stream for it, whose writes block.
 */
export const wantsColor = (fd: 1 | 2, allowed: boolean): boolean => {
  if (!allowed || process.env['NO_COLOR']) return false;
  if (isatty(fd)) return WriteStream.prototype.hasColors();
  const { FORCE_COLOR } = process.env;
  return FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
};

/** Resolves when what was written so far has left the process, or the reader is gone and that has been told. */
export const flush = (name: 'stdout' | 'stderr'): Promise<void> =>
  new Promise((resolve) => {
    const stream = openStream(name);
    if (stream === null) return resolve();
    // A write that has failed tells so a turn later.
    if (stream.destroyed || !stream.writable || stream.errored !== null) return void setImmediate(resolve);
    stream.on('error', () => resolve());
    stream.once('close', resolve);
    stream.write('', () => resolve());
  });

/** A socket that is still written to for a pod cannot be opened again (EEXIST): then nothing was written by this one. */
const openStream = (name: 'stdout' | 'stderr'): NodeJS.WriteStream | null => {
  try {
    return name === 'stdout' ? ownStdout() : process.stderr;
  } catch {
    return null;
  }
};
