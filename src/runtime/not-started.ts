/** 127: not found, 126: found but not executable, or its folder cannot be used; as in a shell. */
export interface NotStarted {
  readonly kind: 'not-started';
  readonly code: 126 | 127;
  readonly message: string;
}

/** Node reports ENOENT for a missing folder and for a missing program alike. */
export const explainNotStarted = async (
  file: string,
  cwd: string,
  code = 'unknown error',
): Promise<NotStarted> => {
  // Loaded late: it costs a start more than 1 ms, and is needed when one has failed.
  const { stat } = await import('node:fs/promises');
  const folder = await stat(cwd).catch(() => null);
  if (folder === null) return notStarted(126, `the folder is missing: ${cwd}`);
  if (!folder.isDirectory()) return notStarted(126, `not a folder: ${cwd}`);
  if (code === 'ENOENT' || code === 'ENOTDIR') return notStarted(127, `command not found: ${file}`);
  if (code === 'EACCES' || code === 'EPERM') return notStarted(126, `not executable: ${file}`);
  return notStarted(126, `cannot start ${file}: ${code}`);
};

const notStarted = (code: 126 | 127, message: string): NotStarted => ({ kind: 'not-started', code, message });
