import { fstatSync, statSync } from 'node:fs';

/**
 * True if a descriptor is a terminal. Node's module for terminals loads sockets and streams, so it is asked only about what may
 * be one.
 */
export const isTerminal = (fd: 0 | 1 | 2): boolean =>
  mayBeTerminal(fd) && process.getBuiltinModule('node:tty').isatty(fd);

const mayBeTerminal = (fd: number): boolean => {
  if (process.platform === 'win32') return true;
  try {
    const stats = fstatSync(fd);
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null').rdev;
  } catch {
    // It is closed, or there is no /dev: only the module knows.
    return true;
  }
};
