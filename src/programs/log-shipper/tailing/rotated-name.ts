/** What tools that rotate files add to a name, before or after its extension: `.1`, `-20261130`, `.2026-11-30T10`, `-1764489600`. */
const MARK = String.raw`[.-]\d[\dT:_-]*`;
const AT_END = new RegExp(`^(.+?)${MARK}$`);
const BEFORE_EXTENSION = new RegExp(`^(.+?)${MARK}(\\.[A-Za-z]\\w*)$`);

/**
 * The name that a file may have had before it was rotated; `null` if its name does not look like it.
 *
 * @example
 * rotatedFrom('access.log.1'); // 'access.log'
 * rotatedFrom('access-20261130.log'); // 'access.log'
 */
export const rotatedFrom = (name: string): string | null => {
  const [, whole] = AT_END.exec(name) ?? [];
  if (whole !== undefined) return whole;
  const [, stem, extension] = BEFORE_EXTENSION.exec(name) ?? [];
  return stem === undefined || extension === undefined ? null : `${stem}${extension}`;
};

const COMPRESSED = /\.(?:gz|bz2|xz|zst|lz4|zip|Z)$/;

export const isCompressed = (name: string): boolean => COMPRESSED.test(name);
