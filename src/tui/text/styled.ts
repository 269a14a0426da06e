import { RESET, type Style } from './sgr.ts';
import { graphemesOf, isPlain, widthOf } from './width.ts';

/** Printable text in one style, without control characters. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  /** Address that the text is a link to. */
  readonly link?: string;
}

export type Styled = readonly Span[];

/** Control characters and direction marks. Our own text has none, but quoted text may. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

export const span = (text: string, style: Style = ''): Span => ({
  text: text.replaceAll(UNPRINTABLE, ''),
  style,
});

export const plainOf = (styled: Styled): string => styled.map(({ text }) => text).join('');

export const styledWidth = (styled: Styled): number =>
  styled.reduce((width, { text }) => width + widthOf(text), 0);

/** Text for the terminal. A span's style ends with it, and so does its link (OSC 8), which is left out by default. */
export const render = (styled: Styled, links = false): string =>
  styled
    .map(({ text, style, link }) => {
      const styledText = style === '' || text === '' ? text : `${style}${text}${RESET}`;
      return links && link !== undefined ? `${linkTo(link)}${styledText}${linkTo('')}` : styledText;
    })
    .join('');

/** Begins a link, or ends one. */
const linkTo = (address: string): string => `\u001b]8;;${address}\u001b\\`;

/** The columns from `from` on, at most `width`. A character that would be cut in half becomes spaces. */
export const cut = (styled: Styled, from: number, width: number): Styled => {
  const kept: Span[] = [];
  let column = -from;
  for (const part of styled) {
    const { text } = part;
    if (column >= width) break;
    const piece = isPlain(text) ? cutPlain(text, column, width) : cutWide(text, column, width);
    if (piece.text !== '') kept.push({ ...part, text: piece.text });
    column = piece.column;
  }
  return kept;
};

interface Piece {
  readonly text: string;
  /** Column after the whole of it. */
  readonly column: number;
}

const cutPlain = (text: string, column: number, width: number): Piece => ({
  text: text.slice(Math.max(0, -column), Math.max(0, width - column)),
  column: column + text.length,
});

const cutWide = (text: string, start: number, width: number): Piece => {
  let kept = '';
  let column = start;
  for (const grapheme of graphemesOf(text)) {
    const end = column + grapheme.width;
    if (column >= 0 && end <= width) kept += grapheme.text;
    else if (end > 0 && column < width) kept += ' '.repeat(Math.min(end, width) - Math.max(column, 0));
    column = end;
    if (column >= width) break;
  }
  return { text: kept, column };
};

/** Cuts or pads to exactly `width` columns. */
export const filled = (styled: Styled, width: number): Styled => {
  const kept = cut(styled, 0, width);
  const missing = width - styledWidth(kept);
  return missing > 0 ? [...kept, span(' '.repeat(missing))] : kept;
};

/** Like `filled`, with `…` where text is cut off. */
export const filledWithDots = (styled: Styled, width: number): Styled =>
  width > 0 && styledWidth(styled) > width
    ? filled([...cut(styled, 0, width - 1), span('…')], width)
    : filled(styled, width);

/** Wraps to rows of at most `width` columns; an empty text is one row. */
export const wrap = (styled: Styled, width: number): readonly Styled[] => {
  const rows: Span[][] = [[]];
  let column = 0;
  const nextRow = (): Span[] => {
    rows.push([]);
    column = 0;
    return rows.at(-1) ?? [];
  };
  for (const part of styled) {
    let row = rows.at(-1) ?? [];
    let kept = '';
    for (const { text: character, width: columns } of charactersOf(part.text)) {
      if (column + columns > width && column > 0) {
        if (kept !== '') row.push({ ...part, text: kept });
        kept = '';
        row = nextRow();
      }
      if (columns > width) continue;
      kept += character;
      column += columns;
    }
    if (kept !== '') row.push({ ...part, text: kept });
  }
  return rows;
};

function* charactersOf(text: string): Generator<{ readonly text: string; readonly width: number }> {
  if (!isPlain(text)) return yield* graphemesOf(text);
  for (const character of text) yield { text: character, width: 1 };
}

/** Adds a style to ranges of the plain text. */
export const highlight = (styled: Styled, ranges: readonly Range[], style: Style): Styled =>
  changed(styled, ranges, (part) => ({ ...part, style: part.style + style }));

/** Makes a link of the first place with a text. */
export const linked = (styled: Styled, text: string, address: string): Styled => {
  const at = plainOf(styled).indexOf(text);
  const link = safeLink(address);
  if (at === -1 || link === undefined) return styled;
  return changed(styled, [[at, at + text.length]], (part) => ({ ...part, link }));
};

/** Address that a click may open: a page or a file, and nothing else that the terminal has a program for. */
export const safeLink = (address: string): string | undefined =>
  /^(?:https?|file):\/\/[!-~]{1,2048}$/i.test(address) ? address : undefined;

type Range = readonly [from: number, to: number];

const changed = (styled: Styled, ranges: readonly Range[], change: (part: Span) => Span): Styled => {
  const out: Span[] = [];
  let start = 0;
  for (const part of styled) {
    const { text } = part;
    let at = 0;
    for (const [from, to] of ranges) {
      const [begin, end] = [Math.max(from - start, at), Math.min(to - start, text.length)];
      if (begin >= end) continue;
      if (begin > at) out.push({ ...part, text: text.slice(at, begin) });
      out.push(change({ ...part, text: text.slice(begin, end) }));
      at = end;
    }
    if (at < text.length) out.push({ ...part, text: text.slice(at) });
    start += text.length;
  }
  return out;
};
