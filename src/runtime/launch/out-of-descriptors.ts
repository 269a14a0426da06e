/** No descriptor is left: of this process, or of the whole machine. */
export const isOutOfDescriptors = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
};
