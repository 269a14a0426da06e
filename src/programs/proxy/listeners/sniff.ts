import type { Socket } from 'node:net';

/**
 * Looks at the first bytes of a connection, and leaves them to whoever reads it next. `null`: it has ended before it was
 * clear.
 */
export const beginsWith = (socket: Socket, begin: Buffer, tell: (does: boolean | null) => void): void => {
  let seen: Buffer | null = null;
  const settle = (does: boolean | null): void => {
    socket.off('readable', look).off('close', onEnd).off('end', onEnd);
    if (seen !== null) socket.unshift(seen);
    tell(does);
  };
  const onEnd = (): void => settle(null);
  const look = (): void => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) return;
    seen = seen === null ? bytes : Buffer.concat([seen, bytes]);
    const length = Math.min(seen.length, begin.length);
    if (seen.compare(begin, 0, length, 0, length) !== 0) settle(false);
    else if (length === begin.length) settle(true);
  };
  socket.on('readable', look).on('close', onEnd).on('end', onEnd);
};
