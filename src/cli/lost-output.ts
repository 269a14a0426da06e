import { ownStdout } from './own-stdout.ts';

/** The reader has gone, having read enough: `| head`, or a terminal that was closed. */
const READER_GONE = ['EPIPE', 'ECONNRESET', 'EIO', 'ENOTCONN'];

let lost: string | null = null;
let isWatching = false;

/** Reason why a part of stdout was lost, such as a full disk; null if nothing is lost, or if nobody reads. */
export const lostOutput = (): string | null => lost;

export const noteLostOutput = ({ code = '', message }: NodeJS.ErrnoException): void => {
  if (!READER_GONE.includes(code)) lost ??= message;
};

/** Without this listener, a failed write would be thrown as an unhandled error. */
export const watchStdout = (): void => {
  if (!isWatching) ownStdout().on('error', noteLostOutput);
  isWatching = true;
};
