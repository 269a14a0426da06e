let folder: string | null = null;

/** Sets the user's own cache folder. The entry of the command line has found it, or null where there is no safe one. */
export const keepOwnCache = (found: string | null): void => {
  folder = found;
};

export const ownCache = (): string | null => folder;
