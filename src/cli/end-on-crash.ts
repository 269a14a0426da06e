import type { Pod } from '../supervisor/pod.ts';

/**
 * Has a pod end in order on an exception that nobody has caught, with a report and exit code 1, where Node would just
 * end. Returns what ends that.
 */
export const endOnCrash = (pod: Pick<Pod, 'crashed'>): (() => void) => {
  const handle = (error: unknown): void => pod.crashed(error);
  process.on('uncaughtException', handle);
  return () => process.off('uncaughtException', handle);
};
