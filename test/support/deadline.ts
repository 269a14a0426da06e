/** Every wait of a test is for a fact, and ends in an error that says what did not come. */
export const WAIT_LIMIT_MS = 15_000;

export const withDeadline = async <T>(
  what: string,
  promise: Promise<T>,
  details: () => string = () => '',
): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`still waiting for ${what} after ${WAIT_LIMIT_MS} ms\n${details()}`)),
      WAIT_LIMIT_MS,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Polls for a fact that nothing announces, such as a process that is gone. */
export const eventually = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const until = Date.now() + WAIT_LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`still waiting for ${what} after ${WAIT_LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
