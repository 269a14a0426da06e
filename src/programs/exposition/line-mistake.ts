/** Thrown within the parser for a line that means nothing, and caught where lines are read. */
export class LineMistake extends Error {
  override readonly name = 'LineMistake';
}

/** A piece of a foreign line, short enough for a message. */
export const quoted = (text: string): string => `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`;
