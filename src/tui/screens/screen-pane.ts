import type { TerminalSize } from '../../model/terminal-size.ts';
import type { Picture } from '../emulator/picture.ts';
import type { ScreenPane } from '../emulator/process-screens.ts';
import { seenBeside } from '../state/panes.ts';
import { showsScreen } from '../state/process-screen.ts';
import { sourceOf, type UiState } from '../state/ui-state.ts';
import { filled, type Styled } from '../text/styled.ts';
import { belowTitle, layoutOf } from './layout.ts';
import type { LaidView } from './view.ts';

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
export const firstRowOf = ({ cursor, size }: Picture, height: number): number =>
  Math.max(0, Math.min(cursor.row - height + 1, size.rows - height));

/** Returns exactly `height` rows. */
export const screenRows = (picture: Picture, width: number, height: number): readonly Styled[] => {
  const first = firstRowOf(picture, height);
  return Array.from({ length: height }, (_, at) => filled(picture.rows[first + at] ?? [], width));
};
