import type { Timestamp } from '../../control/pod-client.ts';
import { cleanLine } from '../text/clean-line.ts';
import { clockWithSeconds } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import type { Style } from '../text/sgr.ts';
import { cut, filled, highlight, plainOf, type Styled, span, wrap } from '../text/styled.ts';
import type { Theme } from '../theme.ts';
import type { Told, Tone } from './lifecycle-text.ts';
import { type Pattern, rangesOf } from './pattern.ts';
import type { ShownLine } from './shown-line.ts';

/** The layout of lines in rows. */
export interface LineLayout {
  readonly width: number;
  readonly wrap: boolean;
  /** Columns to skip, if lines are not wrapped. */
  readonly pan: number;
  readonly times: boolean;
  /** Width of the column of process names; 0 for none. */
  readonly names: number;
  readonly search: Pattern | null;
  /** Number of the line with the current match. */
  readonly found: number | null;
  /** Time at which each line was marked, by line number. */
  readonly marks: ReadonlyMap<number, Timestamp>;
  readonly theme: Theme;
  readonly nameStyle: (process: string) => Style;
}

const MATCH: Style = '\u001b[7m';
const CURRENT_MATCH: Style = '\u001b[1;4;7m';
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
}

const layOut = (line: ShownLine, layout: LineLayout): readonly Styled[] => {
  const prefix = prefixOf(line, layout);
  const width = Math.max(1, layout.width - prefix.reduce((sum, { text }) => sum + text.length, 0));
  const rows =
    line.told === undefined ? outputRows(line, width, layout) : toldRows(line, line.told, width, layout);
  const blank = prefix.map(({ text: column }) => span(' '.repeat(column.length)));
  const drawn = rows.map((row, index) => [...(index === 0 ? prefix : blank), ...row]);
  const marked = layout.marks.get(line.seq);
  return marked === undefined ? drawn : [...drawn, ruleOf(marked, layout)];
};

const outputRows = ({ line, seq }: ShownLine, width: number, layout: LineLayout): readonly Styled[] => {
  const text = highlighted(cleanLine(line, layout.theme.colors), seq, layout);
  return layout.wrap ? wrap(text, width) : [cut(text, layout.pan, width)];
};

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

const prefixOf = (line: ShownLine, { times, names, nameStyle, theme }: LineLayout): Styled => [
  ...(times ? [span(`${clockWithSeconds(line.time)} `, theme.muted)] : []),
  ...(names > 0 ? [...filled([span(line.process, nameStyle(line.process))], names), span(' ')] : []),
];

const highlighted = (text: Styled, seq: number, { search, found }: LineLayout): Styled =>
  search === null
    ? text
    : highlight(text, rangesOf(search, plainOf(text)), seq === found ? CURRENT_MATCH : MATCH);

const ruleOf = (time: Timestamp, { width, theme }: LineLayout): Styled =>
  cut([span(`── ${clockWithSeconds(time)} ${'─'.repeat(width)}`, theme.muted)], 0, width);
