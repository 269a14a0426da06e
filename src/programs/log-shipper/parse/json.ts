import { fromFields } from './from-fields.ts';
import type { Parser } from './parsed.ts';

/** An object of JSON. */
export const parseJson: Parser = (line) => {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    // It begins with a brace, so it is an object.
    return fromFields(JSON.parse(line) as Readonly<Record<string, unknown>>);
  } catch {
    return null;
  }
};
