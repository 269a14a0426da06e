import type { Pod } from '../supervisor/pod.ts';

/**
 * Ends a pod in order on an uncaught exception, with a report and exit code 1; Node would just exit. Returns a function
 * that removes the handler.
 */
export const endOnCrash = (pod: Pick<Pod, 'crashed'>): (() => void) => {
  const handle = (error: unknown): void => pod.crashed(error);
  process.on('uncaughtException', handle);
  return () => process.off('uncaughtException', handle);
};
