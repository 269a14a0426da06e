import { windowOf } from '../log/log-window.ts';
import { keyOf } from '../state/key-table.ts';
import type { Pointable, Spot } from '../state/reduce-mouse.ts';
import { type Cell, logStateOf, sourceOf } from '../state/ui-state.ts';
import { keyAt } from './footer.ts';
import { type Area, belowTitle, layoutOf, linesArea, type Panes } from './layout.ts';
import { noticeHeight } from './notice-row.ts';
import { firstRow, pageOf } from './page.ts';
import { listWindow } from './process-list.ts';
import type { View } from './view.ts';

/** What is in a cell of the screen; null if it is nothing for the mouse. */
export const spotAt = (view: View, cell: Cell): Spot | null => {
  const layout = layoutOf(view);
  const { columns, rows } = view.size;
  if (layout.kind === 'line' || cell.column >= columns || cell.row >= rows) return null;
  if (cell.row === rows - 1) return keySpot(keyAt(view, cell.column));
  if (cell.row === rows - 1 - noticeHeight(view)) return keySpot(keyOf(view.keys, 'events'));
  if (layout.kind === 'page') return pageSpot(view, layout.body, cell);
  return paneSpot(view, layout, cell);
};

const keySpot = (key: string | undefined): Spot | null => (key === undefined ? null : { in: 'keys', key });

const pageSpot = (view: View, body: Area, cell: Cell): Spot | null => {
  const page = pageOf(view);
  if (page === null || !isIn(body, cell)) return null;
  return { in: 'page', row: firstRow(view, page, body.height) + cell.row - body.row };
};

const paneSpot = (view: View, { list, logs }: Panes, cell: Cell): Spot | null => {
  if (list !== null && isIn(list, cell)) {
    const { row, height } = belowTitle(list);
    return { in: 'list', row: listWindow(view, height).shown[cell.row - row] ?? null };
  }
  const log = logs.find(({ area }) => isIn(area, cell));
  return log === undefined ? null : { in: 'log', source: log.source };
};

const isIn = ({ column, row, width, height }: Area, cell: Cell): boolean =>
  cell.column >= column && cell.column < column + width && cell.row >= row && cell.row < row + height;

/**
 * Line of the log with the keys in the row of a cell, or the edge of the log that the cell is beyond. The screen of a
 * process has no lines.
 */
export const lineAt = (view: View, cell: Cell): ReturnType<Pointable['lineAt']> => {
  const { row, height } = linesArea(view);
  if (cell.row < row) return { line: null, edge: -1 };
  if (cell.row >= row + height) return { line: null, edge: 1 };
  const { log, lines, state } = view;
  if (view.screens.get(sourceOf(state)) != null) return { line: null, edge: 0 };
  const shown = windowOf(log.view, logStateOf(state).paused?.top ?? null, height, lines);
  return { line: shown.lineAt(cell.row - row), edge: 0 };
};
