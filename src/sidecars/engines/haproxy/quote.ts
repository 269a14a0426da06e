/** A word in a line of HAProxy's, in which nothing has a meaning. */
export const quoted = (text: string): string =>
  /^[\w./:@=,*-]+$/.test(text) ? text : `'${text.replaceAll("'", () => `'\\''`)}'`;

/** The same where HAProxy reads a log format: the value of a header, a location. */
export const quotedFormat = (text: string): string => quoted(text.replaceAll('%', '%%'));

/** Lines below the head of a section. */
export const section = (head: string, lines: readonly (string | null)[]): string =>
  [head, ...lines.filter((line) => line !== null).map((line) => `  ${line}`)].join('\n');

/** Milliseconds, or none. HAProxy has no word for none but a long time. */
export const time = (milliseconds: number): string => (milliseconds === 0 ? '24d' : `${milliseconds}ms`);
