import type { LogViewLine, Timestamp } from '../../control/pod-client.ts';
import { cleanLine } from '../text/clean-line.ts';
import { clockWithSeconds } from '../text/format.ts';
import type { Style } from '../text/sgr.ts';
import { cut, filled, highlight, plainOf, type Styled, span, wrap } from '../text/styled.ts';
import { type Pattern, rangesOf } from './pattern.ts';

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
  readonly colors: boolean;
  readonly nameStyle: (process: string) => Style;
  readonly dim: Style;
}

const MATCH: Style = '\u001b[7m';
const CURRENT_MATCH: Style = '\u001b[1;4;7m';
const KEPT_LINES = 2_000;

/** Lays lines out and remembers the result: a line is processed once, however often it is drawn. */
export class LineRows {
  #layout: LineLayout | null = null;
  #key = '';
  readonly #rows = new Map<number, readonly Styled[]>();

  use(layout: LineLayout): void {
    const { nameStyle: _, marks, search, ...rest } = layout;
    const key = JSON.stringify([rest, [...marks], search?.text]);
    this.#layout = layout;
    if (key === this.#key) return;
    this.#key = key;
    this.#rows.clear();
  }

  /** Rows of a line; at least one. */
  of(line: LogViewLine): readonly Styled[] {
    const known = this.#rows.get(line.seq);
    if (known !== undefined) return known;
    if (this.#layout === null) return [[]];
    const rows = layOut(line, this.#layout);
    if (this.#rows.size >= KEPT_LINES) this.#rows.clear();
    this.#rows.set(line.seq, rows);
    return rows;
  }
}

const layOut = (line: LogViewLine, layout: LineLayout): readonly Styled[] => {
  const prefix = prefixOf(line, layout);
  const width = Math.max(1, layout.width - prefix.reduce((sum, { text }) => sum + text.length, 0));
  const text = highlighted(cleanLine(line.line, layout.colors), line.seq, layout);
  const rows = layout.wrap ? wrap(text, width) : [cut(text, layout.pan, width)];
  const blank = prefix.map(({ text: column }) => span(' '.repeat(column.length)));
  const drawn = rows.map((row, index) => [...(index === 0 ? prefix : blank), ...row]);
  const marked = layout.marks.get(line.seq);
  return marked === undefined ? drawn : [...drawn, ruleOf(marked, layout)];
};

const prefixOf = (line: LogViewLine, { times, names, nameStyle, dim }: LineLayout): Styled => [
  ...(times ? [span(`${clockWithSeconds(line.time)} `, dim)] : []),
  ...(names > 0 ? [...filled([span(line.process, nameStyle(line.process))], names), span(' ')] : []),
];

const highlighted = (text: Styled, seq: number, { search, found }: LineLayout): Styled =>
  search === null
    ? text
    : highlight(text, rangesOf(search, plainOf(text)), seq === found ? CURRENT_MATCH : MATCH);

const ruleOf = (time: Timestamp, { width, dim }: LineLayout): Styled =>
  cut([span(`── ${clockWithSeconds(time)} ${'─'.repeat(width)}`, dim)], 0, width);
