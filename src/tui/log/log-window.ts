import type { LogView } from '../../control/pod-client.ts';
import type { Styled } from '../text/styled.ts';
import type { LineRows } from './line-rows.ts';

/** A row of a log: the line, and the index of the row in it. It stays the same row when older lines are dropped. */
export interface Anchor {
  readonly seq: number;
  readonly row: number;
}

interface LogWindow {
  readonly rows: readonly Styled[];
  /** Anchor of the first row, or null if there is none. */
  readonly top: Anchor | null;
  /** True if a row is visible. */
  readonly shows: (row: Anchor) => boolean;
  /** Line of a visible row, by its number; null below the last one. */
  readonly lineAt: (row: number) => number | null;
  /** Numbers of the visible lines, oldest first. */
  readonly seqs: readonly number[];
  /** True if the newest line is visible. */
  readonly atEnd: boolean;
}

interface Row {
  readonly anchor: Anchor;
  readonly text: Styled;
}

/**
 * Returns the rows from `top` on, or the newest rows if `top` is null. If fewer than `height` follow, earlier rows fill
 * the window.
 */
export const windowOf = (log: LogView, top: Anchor | null, height: number, lines: LineRows): LogWindow => {
  if (top !== null) {
    const rows = rowsFrom(log, top, height + 1, lines);
    if (rows.length >= height) return toWindow(rows.slice(0, height), rows.length <= height);
  }
  return toWindow(lastRows(log, height, lines), true);
};

/** Returns the row `by` rows further up, or the first. */
export const up = (log: LogView, from: Anchor, by: number, lines: LineRows): Anchor => {
  if (from.row >= by) return { seq: from.seq, row: from.row - by };
  let missing = by - from.row;
  const before = log.before(from.seq, missing);
  for (const line of before.toReversed()) {
    const rows = lines.of(line).length;
    if (rows >= missing) return { seq: line.seq, row: rows - missing };
    missing -= rows;
  }
  return { seq: before[0]?.seq ?? from.seq, row: 0 };
};

/** Returns the row `by` rows further down, or null if that brings the newest line into view. */
export const down = (
  log: LogView,
  from: Anchor,
  by: number,
  height: number,
  lines: LineRows,
): Anchor | null => {
  const rows = rowsFrom(log, from, by + height + 1, lines);
  return rows.length <= by + height ? null : (rows[by]?.anchor ?? null);
};

const rowsFrom = (log: LogView, top: Anchor, count: number, lines: LineRows): Row[] => {
  const rows: Row[] = [];
  for (const line of log.after(top.seq, count)) {
    if (rows.length >= count) break;
    const from = line.seq === top.seq ? top.row : 0;
    for (const [row, text] of lines.of(line).entries())
      if (row >= from) rows.push({ anchor: { seq: line.seq, row }, text });
  }
  return rows.slice(0, count);
};

const lastRows = (log: LogView, count: number, lines: LineRows): Row[] => {
  const rows: Row[] = [];
  for (const line of log.before(Infinity, count).toReversed()) {
    if (rows.length >= count) break;
    for (const [row, text] of [...lines.of(line).entries()].reverse())
      rows.push({ anchor: { seq: line.seq, row }, text });
  }
  return rows.slice(0, count).reverse();
};

const toWindow = (rows: readonly Row[], atEnd: boolean): LogWindow => ({
  rows: rows.map(({ text }) => text),
  top: rows[0]?.anchor ?? null,
  shows: ({ seq, row }) => rows.some(({ anchor }) => anchor.seq === seq && anchor.row === row),
  lineAt: (row) => rows[row]?.anchor.seq ?? null,
  seqs: [...new Set(rows.map(({ anchor }) => anchor.seq))],
  atEnd,
});
