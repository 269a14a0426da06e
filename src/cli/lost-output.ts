import { ownStdout } from './own-stdout.ts';

/** The reader has gone, having read enough: `| head`, or a terminal that was closed. */
const READER_GONE = ['EPIPE', 'ECONNRESET', 'EIO', 'ENOTCONN'];

let lost: string | null = null;
let isWatching = false;

/** Why some of what was written to stdout is nowhere: a full disk. Null: nothing is lost, but where nobody reads. */
export const lostOutput = (): string | null => lost;

export const noteLostOutput = ({ code = '', message }: NodeJS.ErrnoException): void => {
  if (!READER_GONE.includes(code)) lost ??= message;
};

/** A failing write would otherwise be thrown as an error that nobody has handled. */
export const watchStdout = (): void => {
  if (!isWatching) ownStdout().on('error', noteLostOutput);
  isWatching = true;
};
