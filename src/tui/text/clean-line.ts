import { SgrState } from './sgr.ts';
import { type Span, type Styled, safeLink } from './styled.ts';
import { graphemesOf, isPlain } from './width.ts';

const TAB_STOP = 8;
/** Maximum number of characters drawn of a line: it fills a whole screen of 200 × 80. */
const MOST_DRAWN = 16 * 1024;

/**
 * Control sequences in the order in which they are tried: SGR and links, which are kept; other CSI; strings (titles,
 * device control) with any terminator; the remaining two-character ones; any other control character.
 */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /(?:\u001b\[|\u009b)([0-9;:]*)m|(?:\u001b\]|\u009d)8;[^;\u0007\u001b\u009c]*;([^\u0007\u001b\u009c]*)(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[\u0020-\u002f]*[\u0030-\u007e]?|[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]/g;

/**
 * Makes a process's line safe for the screen. Its links stay, and its colors unless `keepColors` is false, tabs become spaces, a
 * progress line that overwrites itself with `\r` keeps its newest text, and every other control sequence is removed.
 */
export const cleanLine = (line: Buffer, keepColors: boolean): Styled => {
  const text = newestOf(line.toString('utf8', 0, Math.min(line.length, 4 * MOST_DRAWN)));
  if (isPlain(text)) return text === '' ? [] : [{ text: text.slice(0, MOST_DRAWN), style: '' }];
  return spansOf(text.slice(0, MOST_DRAWN), keepColors);
};

/** Approximates what a terminal shows after all carriage returns: the last part that is not empty. */
const newestOf = (text: string): string => {
  if (!text.includes('\r')) return text;
  return text.split('\r').findLast((segment) => segment !== '') ?? '';
};

const spansOf = (text: string, keepColors: boolean): Styled => {
  const spans: Span[] = [];
  const state = new SgrState();
  let style = '';
  let link: string | undefined;
  // Only a tab needs its column, and columns take most of the time.
  const hasTabs = text.includes('\t');
  let column = 0;
  let from = 0;
  const add = (piece: string): void => {
    if (piece === '') return;
    if (hasTabs) column += columnsOf(piece);
    const last = spans.at(-1);
    if (last !== undefined && last.style === style && last.link === link)
      spans[spans.length - 1] = { ...last, text: last.text + piece };
    else spans.push(link === undefined ? { text: piece, style } : { text: piece, style, link });
  };
  for (const match of text.matchAll(CONTROL)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[0] === '\t') add(' '.repeat(TAB_STOP - (column % TAB_STOP)));
    const [, sgr, address] = match;
    if (address !== undefined) link = safeLink(address);
    if (sgr === undefined || !keepColors) continue;
    state.apply(sgr);
    style = state.style;
  }
  add(text.slice(from));
  return spans;
};

const columnsOf = (text: string): number => {
  if (isPlain(text)) return text.length;
  let columns = 0;
  for (const { width } of graphemesOf(text)) columns += width;
  return columns;
};
