import { widthOf } from '../tui/text/width.ts';

/** Cuts text to `width` columns, with "…" for what is missing. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/**
 * Wraps text between words to rows of at most `width` columns. A word that is wider stays whole, so that a path can be
 * copied.
 */
export const wrapWords = (text: string, width: number): readonly string[] => {
  if (text.length <= width) return [text];
  const rows: string[] = [''];
  for (const [word] of text.matchAll(/\s*\S+/g)) {
    const row = rows.at(-1) ?? '';
    if (row === '' || widthOf(row + word) <= width) rows[rows.length - 1] = row + word;
    else rows.push(word.trimStart());
  }
  return rows;
};

/** Wraps text of which all rows but the first are indented. */
export const wrapHanging = (text: string, width: number, indent: number): readonly string[] => {
  const [first = '', ...rest] = wrapWords(text, width);
  if (rest.length === 0) return [first];
  const others = wrapWords(text.slice(first.length).trimStart(), width - indent);
  return [first, ...others.map((row) => ' '.repeat(indent) + row)];
};
