/**
 * Milliseconds as Compose writes them.
 *
 * @example
 * duration(90_000) // '1m30s'
 * duration(500) // '500ms'
 */
export const duration = (milliseconds: unknown): string => {
  const rest = Number(milliseconds);
  const [minutes, seconds, less] = [
    Math.floor(rest / 60_000),
    Math.floor((rest % 60_000) / 1000),
    rest % 1000,
  ];
  const said = `${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 ? `${seconds}s` : ''}${less > 0 ? `${less}ms` : ''}`;
  return said === '' ? '0s' : said;
};
