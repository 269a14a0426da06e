/** Longest delay of a timer, about 25 days: it wakes nobody. */
const SELDOM = 2 ** 31 - 1;

/**
 * Keeps Node running while there is nothing to read, until the returned function is called. Signals do not: if the only
 * process of a pod has the terminal itself, no pipe leads here, and Node would exit with code 0.
 */
export const keepLoopAlive = (): (() => void) => {
  const timer = setInterval(() => undefined, SELDOM);
  return () => clearInterval(timer);
};
