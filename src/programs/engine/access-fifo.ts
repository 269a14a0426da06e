import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { place } from './folder.ts';

/** Makes the pipe to which nginx writes its access log, and passes on what comes out of it. */
export const passOnAccessLog = (): void => {
  const path = place('access.fifo');
  execFileSync('mkfifo', ['-m', '600', path]);
  // Opened for both ways, it has no end while nginx opens it anew.
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  new Socket({ fd: descriptor, readable: true, writable: false }).unref().pipe(process.stdout);
};
