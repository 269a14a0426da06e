import { closeSync, openSync } from 'node:fs';

let spare: number | null = null;

/** To be called at times when there are enough of them. */
export const keepSpareDescriptor = (): void => {
  if (spare !== null) return;
  try {
    spare = openSync('/dev/null', 'r');
  } catch {
    // There are too few already.
  }
};

/**
 * Does what needs one descriptor, if need be the one that is kept for this: a process must not pass for gone because
 * there was no descriptor left to look at it. Null: it could not be done.
 *
 * @example const fd = withSpareDescriptor(() => openSync('/proc/1/stat', 'r'));
 */
export const withSpareDescriptor = <T>(open: () => T): T | null => {
  try {
    return open();
  } catch (error) {
    if (spare === null || !isShortage(error)) return null;
  }
  closeSync(spare);
  spare = null;
  try {
    return open();
  } catch {
    return null;
  }
};

const isShortage = (error: unknown): boolean =>
  ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
