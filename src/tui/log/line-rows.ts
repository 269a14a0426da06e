import type { Timestamp } from '../../control/pod-client.ts';
import { cleanLine } from '../text/clean-line.ts';
import { age, clockWithMilliseconds, clockWithSeconds } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import type { Style } from '../text/sgr.ts';
import { cut, filled, highlight, plainOf, type Styled, span, wrap } from '../text/styled.ts';
import { widthOf } from '../text/width.ts';
import type { Theme } from '../theme.ts';
import { levelStyle, levelWordIn } from './level.ts';
import type { Told, Tone } from './lifecycle-text.ts';
import { ERROR_LINE, type Pattern, rangesOf } from './pattern.ts';
import { prettyLine } from './pretty-line.ts';
import type { ShownLine } from './shown-line.ts';

/** The layout of lines in rows. */
export interface LineLayout {
  readonly width: number;
  readonly wrap: boolean;
  /** Columns to skip, if lines are not wrapped. */
  readonly pan: number;
  readonly times: 'off' | 'clock' | 'ago';
  /** Time that ages are counted to; 0 if there are none. */
  readonly now: Timestamp;
  /** JSON and logfmt are laid out for people. */
  readonly pretty: boolean;
  /** Width of the column of process names; 0 for none. */
  readonly names: number;
  readonly search: Pattern | null;
  /** Number of the line with the current match or error. */
  readonly found: number | null;
  /** Numbers of the first and the last selected line. */
  readonly selected: readonly [from: number, to: number] | null;
  /** Time at which each line was marked, by line number. */
  readonly marks: ReadonlyMap<number, Timestamp>;
  readonly theme: Theme;
  readonly nameStyle: (process: string) => Style;
}

const MATCH: Style = '\u001b[7m';
/** The found line is a bar, in which the match is not reversed. */
const BAR: Style = '\u001b[7m';
const FOUND: Style = '\u001b[27;1;4m';
const KEPT_LINES = 2_000;

interface LaidOut {
  readonly told: Told | undefined;
  readonly rows: readonly Styled[];
}

/** Lays lines out and remembers the result: a line is processed once, however often it is drawn. */
export class LineRows {
  #layout: LineLayout | null = null;
  #key = '';
  readonly #rows = new Map<number, LaidOut>();

  use(layout: LineLayout): void {
    const { nameStyle: _, marks, search, ...rest } = layout;
    const key = JSON.stringify([rest, [...marks], search?.text]);
    this.#layout = layout;
    if (key === this.#key) return;
    this.#key = key;
    this.#rows.clear();
  }

  /** Rows of a line; at least one. */
  of(line: ShownLine): readonly Styled[] {
    const known = this.#rows.get(line.seq);
    // What happened may get another number, because a line of output came late.
    if (known !== undefined && known.told === line.told) return known.rows;
    if (this.#layout === null) return [[]];
    const rows = layOut(line, this.#layout);
    if (this.#rows.size >= KEPT_LINES) this.#rows.clear();
    this.#rows.set(line.seq, { told: line.told, rows });
    return rows;
  }

  /** Row of a line, and columns to skip, with which the match in it is visible. */
  placeOf(line: ShownLine, pattern: Pattern): { readonly row: number; readonly pan: number } {
    const layout = this.#layout;
    if (layout === null || line.told !== undefined) return { row: 0, pan: layout?.pan ?? 0 };
    const width = widthBeside(prefixOf(line, layout), layout);
    let above = 0;
    for (const text of textsOf(line, layout)) {
      const plain = plainOf(text);
      const [range] = rangesOf(pattern, plain);
      if (range !== undefined) return placeIn(plain, range, above, width, layout);
      above += layout.wrap ? wrap(text, width).length : 1;
    }
    return { row: 0, pan: layout.pan };
  }
}

/** The text of a line of output; that of a stack has several. */
const textsOf = (line: ShownLine, { pretty, theme }: LineLayout): readonly Styled[] => {
  const text = cleanLine(line.line, theme.colors);
  const laidOut = pretty ? prettyLine(plainOf(text), theme) : null;
  return laidOut ?? [theme.colors ? colored(text, line, theme) : text];
};

const STDERR: Style = '\u001b[31m';

/** Colors the level of a line, and a line of stderr without one. Colors of its own stay. */
const colored = (text: Styled, { stream }: ShownLine, theme: Theme): Styled => {
  if (text.some(({ style }) => style !== '')) return text;
  const word = levelWordIn(plainOf(text));
  if (word !== null) return highlight(text, [word.range], levelStyle(word.level, theme));
  return stream === 'stderr' ? text.map((part) => ({ ...part, style: STDERR })) : text;
};

const placeIn = (
  text: string,
  [from, to]: readonly [number, number],
  above: number,
  width: number,
  { wrap: isWrapped, pan }: LineLayout,
) => {
  if (isWrapped) return { row: above + wrap([span(text.slice(0, from + 1))], width).length - 1, pan };
  const [start, end] = [widthOf(text.slice(0, from)), widthOf(text.slice(0, to))];
  if (start >= pan && end <= pan + width) return { row: above, pan };
  // What led to the match stays visible beside it.
  return { row: above, pan: end <= width ? 0 : Math.max(0, start - Math.floor(width / 3)) };
};

/** Matches of the search, or else the words that make an error of a line. */
const soughtIn = (text: string, search: Pattern | null) => {
  const found = search === null ? [] : rangesOf(search, text);
  return found.length > 0 ? found : rangesOf(ERROR_LINE, text);
};

const widthBeside = (prefix: Styled, { width }: LineLayout): number =>
  Math.max(1, width - prefix.reduce((sum, { text }) => sum + text.length, 0));

const layOut = (line: ShownLine, layout: LineLayout): readonly Styled[] => {
  const prefix = prefixOf(line, layout);
  const width = widthBeside(prefix, layout);
  const rows =
    line.told === undefined ? outputRows(line, width, layout) : toldRows(line, line.told, width, layout);
  const blank = prefix.map(({ text: column }) => span(' '.repeat(column.length)));
  const plain = rows.map((row, index) => [...(index === 0 ? prefix : blank), ...row]);
  const drawn = isMarked(line, layout) ? plain.map((row) => bar(row, layout.width)) : plain;
  const marked = layout.marks.get(line.seq);
  return marked === undefined ? drawn : [...drawn, ruleOf(marked, layout)];
};

const outputRows = (line: ShownLine, width: number, layout: LineLayout): readonly Styled[] =>
  textsOf(line, layout).flatMap((text) => {
    const drawn = highlighted(text, line.seq, layout);
    return layout.wrap ? wrap(drawn, width) : [cut(drawn, layout.pan, width)];
  });

/** A rule with the text in it. All of the text is visible, however long it is. */
const toldRows = (
  { seq }: ShownLine,
  { text, tone }: Told,
  width: number,
  layout: LineLayout,
): readonly Styled[] => {
  const style = toneStyle(tone, layout.theme);
  const lines = prose(text, Math.max(1, width - 6), style);
  return lines.map((line, index) => {
    const isLast = index === lines.length - 1;
    const row = [span(index === 0 ? '── ' : '   ', style), ...highlighted(line, seq, layout)];
    return cut(isLast ? [...row, span(` ${'─'.repeat(width)}`, style)] : row, 0, width);
  });
};

const toneStyle = (tone: Tone, theme: Theme): Style => {
  if (tone === 'calm') return theme.muted;
  return tone === 'good' ? theme.ready : theme.failed;
};

const prefixOf = (line: ShownLine, { times, now, names, nameStyle, theme }: LineLayout): Styled => [
  ...(times === 'clock' ? [span(`${clockWithMilliseconds(line.time)} `, theme.muted)] : []),
  ...(times === 'ago' ? [span(`${age(now - line.time).padStart(AGE_WIDTH)} `, theme.muted)] : []),
  ...(names > 0 ? [...filled([span(line.process, nameStyle(line.process))], names), span(' ')] : []),
];

const AGE_WIDTH = 5;

const isMarked = ({ seq }: ShownLine, { found, selected }: LineLayout): boolean =>
  seq === found || (selected !== null && seq >= selected[0] && seq <= selected[1]);

/** A whole row in reverse, which needs no color. A style that ends a reversal stays as it is. */
const bar = (row: Styled, width: number): Styled =>
  filled(row, width).map((part) => ({ ...part, style: BAR + part.style }));

const highlighted = (text: Styled, seq: number, { search, found }: LineLayout): Styled => {
  if (seq === found) return highlight(text, soughtIn(plainOf(text), search), FOUND);
  return search === null ? text : highlight(text, rangesOf(search, plainOf(text)), MATCH);
};

const ruleOf = (time: Timestamp, { width, theme }: LineLayout): Styled =>
  cut([span(`── ${clockWithSeconds(time)} ${'─'.repeat(width)}`, theme.muted)], 0, width);
