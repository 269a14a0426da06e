/** A path without its parameters, which may be secrets. */
export const shownPath = (path: string): string => path.replace(/\?.*$/s, '?***');
