import { type ActionResult, failed, passed } from '../actions/action-result.ts';

/** Succeeds if a file, directory or socket exists. A dangling symlink does not count. */
export const attemptFile = async (path: string): Promise<ActionResult> => {
  // Loaded late: most pods have no such probe, and it costs a start more than 1 ms.
  const { stat } = await import('node:fs/promises');
  try {
    await stat(path);
    return passed({ kind: 'file-exists' });
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return failed(isMissing ? { kind: 'file-missing', path } : { kind: 'file-unreadable', path, code });
  }
};
