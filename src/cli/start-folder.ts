const workingFolder = (): string => {
  try {
    return process.cwd();
  } catch {
    // The folder has been deleted.
    return '/';
  }
};

/** Folder in which the command was typed: `--cwd` changes the working directory later. */
export const startFolder: string = workingFolder();
