import stringWidth from 'string-width';

/** ASCII, and the arrows, lines, bars and marks that the dashboard draws itself. */
const PLAIN =
  /^[\u0020-\u007e\u2026\u2190-\u2193\u21bb\u2500-\u259f\u25a0\u25b8\u25be\u25cb-\u25d4\u2713\u2717]*$/;

let segmenter: Intl.Segmenter | null = null;

/** The first one takes 8 ms, and most screens need none. */
const segmenterOnce = (): Intl.Segmenter => {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter;
};

/** True if each character takes one column, which need not be measured. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/** Width in columns. */
export const widthOf = (text: string): number => (isPlain(text) ? text.length : stringWidth(text));

/** Yields the units that a terminal draws as one character. */
export function* graphemesOf(text: string): Generator<{ readonly text: string; readonly width: number }> {
  for (const { segment } of segmenterOnce().segment(text)) yield { text: segment, width: widthOf(segment) };
}
