import { closeSync, openSync } from 'node:fs';

let spare: number | null = null;

/** Called while there are enough descriptors. */
export const keepSpareDescriptor = (): void => {
  if (spare !== null) return;
  try {
    spare = openSync('/dev/null', 'r');
  } catch {
    // There are too few already.
  }
};

/**
 * Runs a function that needs one descriptor, if necessary the one that is reserved: a process must not be taken for
 * gone because there was no descriptor to check it. Returns null if that failed.
 *
 * @example
 * const fd = withSpareDescriptor(() => openSync('/proc/1/stat', 'r'));
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
