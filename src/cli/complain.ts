/** Says what is wrong and gives the exit code that goes with it. */
export const complain = (text: string): void => {
  // Nobody may be reading any more, which is no reason to crash.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined);
  process.stderr.write(`sidecarctl: ${text}\n`);
};
