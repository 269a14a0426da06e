import { logSources } from '../state/panes.ts';
import { sourceOf } from '../state/ui-state.ts';
import { isUneasy, wantedWidth } from './list-columns.ts';
import { noticeHeight } from './notice-row.ts';
import type { Size, View } from './view.ts';

/** Cells of the screen, in columns and rows. The upper left cell of the screen is at column 0 and row 0. */
export interface Area {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

/** A log on the screen. The first row of its area is its title. */
export interface LogPane {
  /** A process, or `ALL_PROCESSES`. */
  readonly source: string;
  readonly area: Area;
}

export type Layout =
  /** A single line with the pod's state. */
  | { readonly kind: 'line' }
  /** A page on the whole screen, below its title. */
  | { readonly kind: 'page'; readonly body: Area }
  | Panes;

/**
 * The list, logs, or both with an edge of one column between them. The first row of the list is its title. A row above
 * them is the header.
 */
export interface Panes {
  readonly kind: 'panes';
  readonly list: Area | null;
  /** That of the selection first. The one that the keys are for is among them, unless the list has the screen. */
  readonly logs: readonly LogPane[];
  /** Number of pinned logs that the screen has no room for. */
  readonly leftOut: number;
}

type Laid = Pick<View, 'size' | 'state' | 'snapshot' | 'now'>;

const SMALLEST: Size = { columns: 40, rows: 8 };
const SIDE_BY_SIDE: Size = { columns: 80, rows: 15 };
/** Maximum share of the list: 60 of 100 columns and more are for the log. */
const LIST_SHARE = 0.35;

/** Some terminals have no size before they are drawn. */
export const soundSize = ({ columns, rows }: Size): Size => ({ columns: columns || 80, rows: rows || 24 });

export const layoutOf = (laid: Laid): Layout => {
  const { size, state } = laid;
  if (isBelow(size, SMALLEST)) return { kind: 'line' };
  if (state.editor?.for === 'palette') return { kind: 'page', body: areaBelow(1, laid) };
  const source = sourceOf(state);
  switch (state.screen) {
    case 'dashboard':
      break;
    case 'log':
      return { kind: 'panes', list: null, logs: [{ source, area: areaBelow(0, laid) }], leftOut: 0 };
    default:
      return { kind: 'page', body: areaBelow(1, laid) };
  }
  const area = areaBelow(1, laid);
  if (isBelow(size, SIDE_BY_SIDE))
    return state.focus === 'list' ? panesOf(area, [], laid) : panesOf(null, [{ source, area }], laid);
  const list = { ...area, width: listWidth(laid) };
  const log = { ...area, column: list.width + 1, width: area.width - list.width - 1 };
  return panesOf(list, sideBySide(log, laid) ?? stacked(log, laid), laid);
};

const panesOf = (list: Area | null, logs: readonly LogPane[], { state, snapshot }: Laid): Panes => {
  const leftOut = logSources(state, snapshot).length - Math.max(1, logs.length);
  return { kind: 'panes', list, logs, leftOut };
};

/** Columns of a log beside another one. */
const LEAST_COLUMNS = 60;

/** Null if that is not wanted, or not all logs have room. */
const sideBySide = (area: Area, { state, snapshot }: Laid): readonly LogPane[] | null => {
  const sources = logSources(state, snapshot);
  const starts = parts(area.width + 1, sources.length);
  const panes = sources.map((source, at) => {
    const width = (starts[at + 1] ?? 0) - (starts[at] ?? 0) - 1;
    return { source, area: { ...area, column: area.column + (starts[at] ?? 0), width } };
  });
  const isWide = panes.every((pane) => pane.area.width >= LEAST_COLUMNS);
  return state.layout === 'side' && isWide ? panes : null;
};

/** Starts of as many parts of a length as alike as can be, and the end of the last. */
const parts = (length: number, count: number): readonly number[] =>
  Array.from({ length: count + 1 }, (_, at) => Math.ceil((length * at) / count));

/** Rows of a log among several, with its title. */
const LEAST_ROWS = 5;

/** Logs one below the other, as many as have room. */
const stacked = (area: Area, { state, snapshot }: Laid): readonly LogPane[] => {
  const all = logSources(state, snapshot);
  const sources = withFocused(all.slice(0, Math.max(1, Math.floor(area.height / LEAST_ROWS))), state);
  const starts = parts(area.height, sources.length);
  return sources.map((source, at) => {
    const height = (starts[at + 1] ?? 0) - (starts[at] ?? 0);
    return { source, area: { ...area, row: area.row + (starts[at] ?? 0), height } };
  });
};

/** The log that the keys are for has room in any case. */
const withFocused = (sources: readonly string[], state: Laid['state']): readonly string[] => {
  const focused = sourceOf(state);
  return sources.includes(focused) ? sources : [...sources.slice(0, -1), focused];
};

const isBelow = ({ columns, rows }: Size, least: Size): boolean =>
  columns < least.columns || rows < least.rows;

/** The screen from a row on, without the keys and a notice above them. */
const areaBelow = (row: number, laid: Laid): Area => {
  const { columns, rows } = laid.size;
  return { column: 0, row, width: columns, height: rows - row - 1 - noticeHeight(laid) };
};

/**
 * The list is as wide as its figures need, and as wide as it may be while there are reasons to read. A process that has
 * restarted may have one again at any time: the log would be laid out anew each time. That a process waits for input is
 * said in the room of its figures.
 */
const listWidth = ({ size, snapshot: { processes } }: Laid): number => {
  const most = Math.floor(size.columns * LIST_SHARE);
  const isWide = processes.some((process) => isUneasy(process) || process.restarts > 0);
  return isWide ? most : Math.min(most, wantedWidth(processes));
};

/** The area of a pane without its title. */
export const belowTitle = (area: Area): Area => ({ ...area, row: area.row + 1, height: area.height - 1 });

/** Where the lines of the log are that the keys are for; of one that is not on the screen, where they would be. */
export const linesArea = (laid: Laid): Area => {
  const layout = layoutOf(laid);
  switch (layout.kind) {
    case 'line':
      return { column: 0, row: 0, width: laid.size.columns, height: 1 };
    case 'page':
      return layout.body;
    default: {
      const pane = layout.logs.find(({ source }) => source === sourceOf(laid.state));
      return belowTitle(pane?.area ?? areaBelow(1, laid));
    }
  }
};
