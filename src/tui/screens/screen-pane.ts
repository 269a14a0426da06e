import type { TerminalSize } from '../../model/terminal-size.ts';
import type { Picture } from '../emulator/picture.ts';
import type { ScreenPane } from '../emulator/process-screens.ts';
import { seenBeside } from '../state/panes.ts';
import { showsScreen } from '../state/process-screen.ts';
import { type Cell, sourceOf, type UiState } from '../state/ui-state.ts';
import { filled, type Styled } from '../text/styled.ts';
import { type Area, belowTitle, type Layout, layoutOf } from './layout.ts';
import type { LaidView, View } from './view.ts';

/** The panes that show the screen of a process, and the room that each has while there is no notice. */
export const screenPanes = (laid: LaidView): readonly ScreenPane[] => {
  const layout = layoutOf(withoutNotice(laid));
  if (layout.kind !== 'panes') return [];
  return layout.logs
    .filter(({ source }) => showsScreen(stateOf(laid.state, source), laid.snapshot))
    .map(({ source, area }) => ({ process: source, room: roomOf(belowTitle(area)) }));
};

/** A notice must not change the size of a terminal twice. */
const withoutNotice = (view: LaidView): LaidView => ({ ...view, state: { ...view.state, told: [] } });

const roomOf = ({ width, height }: { readonly width: number; readonly height: number }): TerminalSize => ({
  columns: Math.max(1, width),
  rows: Math.max(1, height),
});

const stateOf = (state: UiState, source: string): UiState =>
  source === sourceOf(state) ? state : seenBeside(state, source);

/** First row of a picture in a pane that is not as high as it: the cursor stays in sight. */
const firstRowOf = ({ cursor, size }: Picture, height: number): number =>
  Math.max(0, Math.min(cursor.row - height + 1, size.rows - height));

/** Returns exactly `height` rows. */
export const screenRows = (picture: Picture, width: number, height: number): readonly Styled[] => {
  const first = firstRowOf(picture, height);
  return Array.from({ length: height }, (_, at) => filled(picture.rows[first + at] ?? [], width));
};

interface ShownScreen {
  readonly picture: Picture;
  /** Where it is shown. */
  readonly area: Area;
  readonly firstRow: number;
}

/** The screen of the process that gets what is typed. */
const inputScreen = ({ state, screens }: View, layout: Layout): ShownScreen | null => {
  const process = state.input?.process;
  const pane = layout.kind === 'panes' ? layout.logs.find(({ source }) => source === process) : undefined;
  const picture = process === undefined ? null : (screens.get(process) ?? null);
  if (pane === undefined || picture === null) return null;
  const area = belowTitle(pane.area);
  return { picture, area, firstRow: firstRowOf(picture, area.height) };
};

/** Cell of the dashboard that has the cursor of that process, or null. */
export const cursorOf = (view: View, layout: Layout): Cell | null => {
  const shown = inputScreen(view, layout);
  if (shown === null || !shown.picture.cursor.isVisible) return null;
  const { picture, area, firstRow } = shown;
  const [column, row] = [picture.cursor.column, picture.cursor.row - firstRow];
  if (column >= area.width || row < 0 || row >= area.height) return null;
  return { column: area.column + column, row: area.row + row };
};

/** Cell of that process's screen that a cell of the dashboard shows, or null. */
export const screenCellAt = (view: View, cell: Cell): Cell | null => {
  const shown = inputScreen(view, layoutOf(view));
  if (shown === null) return null;
  const { picture, area, firstRow } = shown;
  const [column, row] = [cell.column - area.column, cell.row - area.row];
  if (column < 0 || row < 0 || column >= area.width || row >= area.height) return null;
  const own = { column, row: row + firstRow };
  return own.column < picture.size.columns && own.row < picture.size.rows ? own : null;
};
