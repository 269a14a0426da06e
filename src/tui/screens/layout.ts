import { hasReason, wantedWidth } from './list-columns.ts';
import { noticeHeight } from './notice-row.ts';
import type { Size, View } from './view.ts';

export type Layout =
  /** A single line with the pod's state. */
  | { readonly kind: 'line' }
  /** Either the list or the log. */
  | { readonly kind: 'one'; readonly body: number }
  | { readonly kind: 'side'; readonly body: number; readonly list: number; readonly log: number }
  /** The log, or a page, on the whole screen. */
  | { readonly kind: 'full'; readonly body: number };

type Laid = Pick<View, 'size' | 'state' | 'snapshot' | 'now'>;

const SMALLEST: Size = { columns: 40, rows: 8 };
const SIDE_BY_SIDE: Size = { columns: 80, rows: 15 };
/** Maximum share of the list: 60 of 100 columns and more are for the log. */
const LIST_SHARE = 0.35;

/** Some terminals have no size before they are drawn. */
export const soundSize = ({ columns, rows }: Size): Size => ({ columns: columns || 80, rows: rows || 24 });

export const layoutOf = (laid: Laid): Layout => {
  const { columns } = laid.size;
  const rows = laid.size.rows - noticeHeight(laid);
  if (columns < SMALLEST.columns || laid.size.rows < SMALLEST.rows) return { kind: 'line' };
  // Title and keys take two rows, and a notice another one.
  if (laid.state.screen !== 'dashboard') return { kind: 'full', body: rows - 2 };
  // Header, pane titles and keys take three rows.
  if (columns < SIDE_BY_SIDE.columns || laid.size.rows < SIDE_BY_SIDE.rows)
    return { kind: 'one', body: rows - 3 };
  const list = listWidth(laid);
  return { kind: 'side', body: rows - 3, list, log: columns - list - 1 };
};

/**
 * The list is as wide as its figures need, and as wide as it may be while there are reasons to read. A process that has
 * restarted may have one again at any time: the log would be laid out anew each time.
 */
const listWidth = ({ size, snapshot: { processes } }: Laid): number => {
  const most = Math.floor(size.columns * LIST_SHARE);
  const isUneasy = processes.some((process) => hasReason(process) || process.restarts > 0);
  return isUneasy ? most : Math.min(most, wantedWidth(processes));
};

/** Rows and columns available for the lines of a log. */
export const logSize = (laid: Laid): { readonly height: number; readonly width: number } => {
  const layout = layoutOf(laid);
  switch (layout.kind) {
    case 'line':
      return { height: 1, width: laid.size.columns };
    case 'side':
      return { height: layout.body, width: layout.log };
    default:
      return { height: layout.body, width: laid.size.columns };
  }
};
