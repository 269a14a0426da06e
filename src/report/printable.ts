/**
 * What steers a terminal, writes over what stands there, turns the reading direction or ends a line: control characters
 * of both sets, marks of direction, the invisible ones, and halves of characters.
 */
const UNPRINTABLE =
  /[^\P{Cc}\t]|[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (Object.hasOwn(NAMED, character)) return NAMED[character] ?? '';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
};

/**
 * Text of others, such as a client's name or a file's, in one line as it may stand on a terminal: what would do more than
 * be read is written as its number.
 *
 * @example printable('a\u001b[2J\nb'); // 'a\\x1b[2J\\nb'
 */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, escaped);

/**
 * A message of our own as it may stand on a terminal. Lines after the first are set in, so that nothing that a message
 * quotes can be taken for another message.
 */
export const ownText = (text: string): string => text.split('\n').map(printable).join('\n  ');

/** An answer of several lines, all of them our own: each as it may stand on a terminal. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** JSON leaves the second set of control characters, and the marks of direction, as they are; it may be read on a terminal. */
export const asciiControls = (json: string): string =>
  json.replaceAll(UNPRINTABLE, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => hexOf(character.charCodeAt(at))).join(''),
  );

const hexOf = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;
