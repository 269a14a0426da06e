import stringWidth from 'string-width';

const ASCII = /^[\u0020-\u007e]*$/;

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export const isAscii = (text: string): boolean => ASCII.test(text);

/** Width in columns. */
export const widthOf = (text: string): number => (isAscii(text) ? text.length : stringWidth(text));

/** Yields the units that a terminal draws as one character. */
export function* graphemesOf(text: string): Generator<{ readonly text: string; readonly width: number }> {
  for (const { segment } of SEGMENTER.segment(text)) yield { text: segment, width: widthOf(segment) };
}
