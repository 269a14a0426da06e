import { badData } from './query-error.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' },
  ...{ '\\': '\\', '"': '"', "'": "'" },
};

const ESCAPE = /\\(?:([nrtabfv\\"'])|x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-7]{3})|(.?))/gis;

/** Text of a literal in quotes or backticks, with Go's escapes. */
export const parseText = (literal: string): string => {
  const quote = literal[0] ?? '';
  const isClosed = literal.length >= 2 && literal.at(-1) === quote;
  if (!isClosed) throw badData(`the text ${literal} has no end`);
  const inner = literal.slice(1, -1);
  return quote === '`' ? inner : inner.replace(ESCAPE, unescaped);
};

const unescaped = (
  whole: string,
  letter?: string,
  byte?: string,
  short?: string,
  long?: string,
  octal?: string,
): string => {
  if (letter !== undefined && letter in ESCAPES) return ESCAPES[letter] ?? '';
  const hexadecimal = byte ?? short ?? long;
  const code = octal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(octal, 8);
  if (!(code <= 0x10_ff_ff)) throw badData(`'${whole}' is no escape: write \\\\ for a backslash`);
  return String.fromCodePoint(code);
};
