import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  readFileSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { HeldFolder } from '../files/held-folder.ts';

/** Reason why a file or folder cannot be taken for the user's own. */
type Doubt = 'symlink' | 'no-file' | 'foreign' | 'open' | 'unreadable';

export type PrivateText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly doubt: Doubt | 'missing'; readonly problem: string };

/** Reads a file of this user. With `secret`, nobody else may be able to read it either. */
export const readPrivate = (
  folder: HeldFolder,
  name: string,
  { secret }: { readonly secret: boolean },
): PrivateText => {
  try {
    const fd = folder.openFile(name, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      const doubt = stats.isFile() ? doubtOf(stats, secret ? 0o077 : 0o022) : noFile;
      return doubt ?? { ok: true, text: readFileSync(fd, 'utf8') };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return unreadable(error as NodeJS.ErrnoException);
  }
};

const noFile = { ok: false, doubt: 'no-file', problem: 'is not a file' } as const;

const unreadable = ({ code, message }: NodeJS.ErrnoException): Extract<PrivateText, { ok: false }> => {
  if (code === 'ENOENT') return { ok: false, doubt: 'missing', problem: 'is missing' };
  if (code === 'ELOOP') return { ok: false, doubt: 'symlink', problem: 'is a symlink' };
  return { ok: false, doubt: 'unreadable', problem: `cannot be read (${code ?? message})` };
};

/** Says why a folder cannot be trusted with keys, or null. */
export const folderDoubt = (folder: HeldFolder): string | null =>
  doubtOf(statSync(folder.at('.')), 0o022)?.problem ?? null;

/** Windows has neither user numbers nor these bits. */
const doubtOf = ({ uid, mode }: Stats, forbidden: number): Extract<PrivateText, { ok: false }> | null => {
  const own = process.getuid?.();
  if (own === undefined) return null;
  if (uid !== own) return { ok: false, doubt: 'foreign', problem: `belongs to another user (uid ${uid})` };
  if ((mode & forbidden) === 0) return null;
  const others = forbidden === 0o077 ? 'read' : 'written';
  const bits = (mode & 0o777).toString(8);
  return { ok: false, doubt: 'open', problem: `can be ${others} by others (mode ${bits})` };
};

/** Creates a file for this user alone, on the disk before its folder gets the name that others look for. */
export const createPrivate = (folder: HeldFolder, name: string, text: string): void => {
  const fd = folder.openFile(name, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};
