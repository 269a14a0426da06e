import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** Makes a pipe with a name, and returns what comes out of it. */
export const openFifo = (path: string): Socket => {
  execFileSync('mkfifo', ['-m', '600', path]);
  // Opened for both ways, it has no end while an engine opens it anew.
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  return new Socket({ fd: descriptor, readable: true, writable: false }).unref();
};
