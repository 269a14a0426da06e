import { fromFields } from './from-fields.ts';
import type { Parser } from './parsed.ts';

/** The named groups of a regular expression are fields. */
export const patternParser =
  (pattern: RegExp): Parser =>
  (line) => {
    const groups = pattern.exec(line)?.groups;
    if (groups === undefined) return null;
    return fromFields(Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined)));
  };
