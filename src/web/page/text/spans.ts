import { patternOf } from '../state/log-window.ts';

/** A piece of a line in one style, by its class. */
export interface Span {
  readonly text: string;
  readonly style: string;
  readonly isMatch: boolean;
}

/** SGR, which is kept; links, of which the text is kept; all other sequences and control characters. */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /\u001b\[([0-9;:]*)m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b\[[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]?|\u001b[PX^_][^\u001b]*(?:\u001b\\)?|\u001b[\u0020-\u002f]*[\u0030-\u007e]?|[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]/g;

/** The longest piece of a line that a row shows. */
const MOST_DRAWN = 2_000;

/** What is left of a progress line that overwrites itself. */
const newestOf = (text: string): string =>
  text.includes('\r') ? (text.split('\r').findLast((part) => part !== '') ?? '') : text;

/** Text without control characters. */
export const plainText = (text: string): string => newestOf(text).replace(CONTROL, '');

/** A line as spans: its colors as class names, and what the search has found. */
export const spansOf = (line: string, search: string): readonly Span[] => {
  const text = newestOf(line).slice(0, MOST_DRAWN);
  return coloredSpans(text).flatMap((span) => matchSpans(span, search));
};

const coloredSpans = (text: string): readonly Span[] => {
  const spans: Span[] = [];
  let style = '';
  let from = 0;
  const add = (piece: string): void => {
    if (piece !== '') spans.push({ text: piece, style, isMatch: false });
  };
  for (const match of text.matchAll(CONTROL)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] !== undefined) style = styleAfter(style, match[1]);
  }
  add(text.slice(from));
  return spans;
};

/** The class names after an SGR sequence: `bold`, and one of the sixteen colors of terminals. */
const styleAfter = (before: string, parameters: string): string => {
  let styles = before.split(' ').filter(Boolean);
  const without = (pattern: RegExp): readonly string[] => styles.filter((name) => !pattern.test(name));
  for (const code of codesOf(parameters)) {
    const color = colorOf(code);
    if (code === 0) styles = [];
    else if (code === 1) styles = [...without(/^bold$/), 'bold'];
    else if (code === 2) styles = [...without(/^dim$/), 'dim'];
    else if (code === 22) styles = [...without(/^(?:bold|dim)$/)];
    else if (code === 39) styles = [...without(/^c\d/)];
    else if (color !== null) styles = [...without(/^c\d/), color];
  }
  return styles.join(' ');
};

/** Colors beyond the sixteen are left out, with what belongs to them. */
const codesOf = (parameters: string): readonly number[] => {
  const codes = parameters.split(/[;:]/).map(Number);
  const beyond = codes.findIndex((code) => code === 38 || code === 48);
  return beyond === -1 ? codes : codes.slice(0, beyond);
};

const colorOf = (code: number): string | null => {
  if (code >= 30 && code <= 37) return `c${code - 30}`;
  return code >= 90 && code <= 97 ? `c${code - 90 + 8}` : null;
};

const matchSpans = (span: Span, search: string): readonly Span[] => {
  const pattern = patternOf(search, 'gi');
  if (pattern === null) return [span];
  const spans: Span[] = [];
  let from = 0;
  for (const { 0: text, index } of span.text.matchAll(pattern)) {
    if (index > from) spans.push({ ...span, text: span.text.slice(from, index) });
    spans.push({ ...span, text, isMatch: true });
    from = index + text.length;
  }
  if (from < span.text.length) spans.push({ ...span, text: span.text.slice(from) });
  return spans;
};
