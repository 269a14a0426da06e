/** Several runs of the tests may go on at once, and one must not take the processes of another for its own. */
export const newRunId = (): string =>
  Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
