import type { Style } from './sgr.ts';
import { type Styled, span, wrap } from './styled.ts';
import { widthOf } from './width.ts';

/** Wraps printable text to rows of at most `width` columns, between words if they fit. */
export const prose = (text: string, width: number, style: Style = ''): readonly Styled[] => {
  const rows: string[] = [''];
  for (const [word] of text.matchAll(/\s*\S+/g)) {
    const row = rows.at(-1) ?? '';
    if (row === '' || widthOf(row + word) <= width) rows[rows.length - 1] = row + word;
    else rows.push(word.trimStart());
  }
  return rows.flatMap((row) => wrap([span(row, style)], width));
};
