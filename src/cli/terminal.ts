import { isatty, WriteStream } from 'node:tty';

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

/** Resolves when what was written so far has left the process, or the reader is gone. */
export const flush = (name: 'stdout' | 'stderr'): Promise<void> =>
  new Promise((resolve) => {
    const stream = openedStream(name);
    if (stream === null || stream.destroyed || !stream.writable) return resolve();
    stream.on('error', () => resolve());
    stream.once('close', resolve);
    stream.write('', () => resolve());
  });

/**
 * Null where nothing was ever written by Node's own stream: it is made when it is first asked for, and on a socket it
 * cannot be while another one's last write there is just being told of (EEXIST).
 */
const openedStream = (name: 'stdout' | 'stderr'): NodeJS.WriteStream | null => {
  try {
    return process[name];
  } catch {
    return null;
  }
};
