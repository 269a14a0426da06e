/** True if this process, or the whole machine, has no descriptor left. */
export const isOutOfDescriptors = (error: unknown): error is { readonly code: 'EMFILE' | 'ENFILE' } => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
};
