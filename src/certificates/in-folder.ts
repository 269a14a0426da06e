import type { HeldFolder } from '../files/held-folder.ts';

/**
 * Acts in a folder, and closes it. Tests run programs from their sources, and the oldest Node that is supported does not
 * know `using`.
 */
export const inFolder = <T>(held: HeldFolder, act: (held: HeldFolder) => T): T => {
  try {
    return act(held);
  } finally {
    held.close();
  }
};
