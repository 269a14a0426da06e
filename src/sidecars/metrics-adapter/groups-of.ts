/** Names of the groups of a pattern, or why it is none. */
export const groupsOf = (source: string, flags = ''): readonly string[] | string => {
  try {
    return Object.keys(new RegExp(`${source}|`, flags).exec('')?.groups ?? {});
  } catch (error) {
    return (error as Error).message;
  }
};
