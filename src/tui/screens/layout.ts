import type { UiState } from '../state/ui-state.ts';
import type { Size } from './view.ts';

export type Layout =
  /** A single line with the pod's state. */
  | { readonly kind: 'line' }
  /** Either the list or the log. */
  | { readonly kind: 'one'; readonly body: number }
  | { readonly kind: 'side'; readonly body: number; readonly list: number; readonly log: number }
  /** The log, or a page, on the whole screen. */
  | { readonly kind: 'full'; readonly body: number };

const SMALLEST: Size = { columns: 40, rows: 8 };
const SIDE_BY_SIDE: Size = { columns: 80, rows: 15 };
/** At 120 columns, names of ten characters leave room for all facts about a process. */
const LIST_COLUMNS = { least: 36, most: 64, share: 0.46 };

/** Some terminals have no size before they are drawn. */
export const soundSize = ({ columns, rows }: Size): Size => ({ columns: columns || 80, rows: rows || 24 });

export const layoutOf = ({ columns, rows }: Size, { screen }: UiState): Layout => {
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return { kind: 'line' };
  // Title and footer take two rows.
  if (screen !== 'dashboard') return { kind: 'full', body: rows - 2 };
  // Header, pane titles and footer take three rows.
  if (columns < SIDE_BY_SIDE.columns || rows < SIDE_BY_SIDE.rows) return { kind: 'one', body: rows - 3 };
  const { least, most, share } = LIST_COLUMNS;
  const list = Math.min(most, Math.max(least, Math.floor(columns * share)));
  return { kind: 'side', body: rows - 3, list, log: columns - list - 1 };
};

/** Rows and columns available for the lines of a log. */
export const logSize = (size: Size, state: UiState): { readonly height: number; readonly width: number } => {
  const layout = layoutOf(size, state);
  switch (layout.kind) {
    case 'line':
      return { height: 1, width: size.columns };
    case 'side':
      return { height: layout.body, width: layout.log };
    default:
      return { height: layout.body, width: size.columns };
  }
};
