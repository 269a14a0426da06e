/** Long enough for a reason, short enough for a terminal. */
const LENGTH_LIMIT = 2_000;

/**
 * Message of anything thrown, in at most 2,000 characters. It does not throw, even for a value that throws when it is
 * read.
 *
 * @example
 * errorMessage(new Error('no space left')) // 'no space left'
 */
export const errorMessage = (error: unknown): string => {
  try {
    // A host with several addresses fails with an AggregateError, whose own message is empty.
    const several = error instanceof AggregateError && error.message === '';
    const message = several ? error.errors.map(messageIn).join(', ') : messageIn(error);
    return message.slice(0, LENGTH_LIMIT);
  } catch {
    return 'it threw something that cannot be shown';
  }
};

const messageIn = (error: unknown): string => {
  const message = error instanceof Error ? error.message || error.name : error;
  return typeof message === 'string' ? message : `it threw ${String(message)}`;
};
