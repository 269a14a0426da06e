import { ownText } from '../report/printable.ts';

/** Says what is wrong. */
export const warn = (text: string): void => writeError(`sidecarctl: ${ownText(text)}\n`);

export const writeError = (text: string): void => {
  // Nobody may be reading any more, which is no reason to crash.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined);
  process.stderr.write(text);
};
