/** An escape as in a string of JavaScript, and `\e`, or a backslash that begins none. */
const ESCAPE = /\\(?:x([\da-f]{2})|u\{([\da-f]{1,6})\}|([nrtbe0\\])|.?)/giu;

const CHARACTERS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  e: '\x1b',
  '0': '\0',
  '\\': '\\',
};

/** The text that escapes stand for, or the first escape that there is not. */
type Unescaped =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly unknown: string };

/**
 * Replaces escapes, which a shell leaves as they are.
 *
 * @example
 * readEscapes('y\\n') // { ok: true, text: 'y\n' }
 */
export const readEscapes = (written: string): Unescaped => {
  let unknown: string | null = null;
  const text = written.replace(ESCAPE, (whole, byte?: string, point?: string, letter?: string) => {
    const character = letter === undefined ? pointOf(byte ?? point) : CHARACTERS[letter];
    if (character === undefined) unknown ??= whole;
    return character ?? '';
  });
  return unknown === null ? { ok: true, text } : { ok: false, unknown };
};

const pointOf = (digits: string | undefined): string | undefined => {
  const point = Number.parseInt(digits ?? '', 16);
  return point <= 0x10_ff_ff ? String.fromCodePoint(point) : undefined;
};
