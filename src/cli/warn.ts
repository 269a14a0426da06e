import { ownText } from '../report/printable.ts';

/** Prints a message on stderr. */
export const warn = (text: string): void => writeError(`sidecarctl: ${ownText(text)}\n`);

export const writeError = (text: string): void => {
  // Nobody may be reading any more, which is no reason to crash.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined);
  process.stderr.write(text);
};
