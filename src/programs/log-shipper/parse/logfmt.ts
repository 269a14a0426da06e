import { fromFields } from './from-fields.ts';
import type { Parser } from './parsed.ts';

/** `key`, `key=value` or `key="value"`, with JSON's escapes between the quotes. */
const PAIR = /\s*([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)))?(?=\s|$)/y;

/** Pairs as Heroku's logfmt has them. A line with a word that is no pair is none. */
export const parseLogfmt: Parser = (line) => {
  const text = line.trimEnd();
  const fields: Record<string, unknown> = {};
  PAIR.lastIndex = 0;
  let pairs = 0;
  while (PAIR.lastIndex < text.length) {
    const [whole, key, quoted, plain] = PAIR.exec(text) ?? [];
    if (whole === undefined || key === undefined || key === '__proto__') return null;
    if (quoted === undefined && plain === undefined) return null;
    fields[key] = quoted === undefined ? plain : unescaped(quoted);
    pairs += 1;
  }
  return pairs === 0 ? null : fromFields(fields);
};

const unescaped = (text: string): string => {
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
};
