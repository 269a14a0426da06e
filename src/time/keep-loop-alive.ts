/** The longest that a timer takes, some 25 days: it wakes nobody. */
const SELDOM = 2 ** 31 - 1;

/**
 * Keeps Node from ending while there is nothing to read, until what it returns is called. Signals do not: a pod whose
 * only process has the terminal itself has no pipe to us, and Node would end with code 0 beside it.
 */
export const keepLoopAlive = (): (() => void) => {
  const timer = setInterval(() => undefined, SELDOM);
  return () => clearInterval(timer);
};
