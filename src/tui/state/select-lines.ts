import type { LogView } from '../../control/pod-client.ts';
import { linesBetween } from '../log/error-block.ts';
import { up } from '../log/log-window.ts';
import { nextSeq, type ShownLine } from '../log/shown-line.ts';
import { follow, holding, type LogAround, pauseAt, windowNow } from './log-position.ts';
import { logStateOf, selectionOf, sourceOf, type UiState } from './ui-state.ts';

/** Begins with the line that was found last if it is visible, else with the lowest visible one. */
export const startSelection = (state: UiState, around: LogAround): UiState => {
  const { seqs } = windowNow(state, around);
  const isFound = state.found !== null && seqs.includes(state.found);
  const line = isFound ? state.found : seqs.at(-1);
  if (line === null || line === undefined) return { ...state, notice: 'nothing to select yet' };
  return selectFrom(state, line, around);
};

/** Begins with any line. The log stands still meanwhile. */
export const selectFrom = (state: UiState, line: number, around: LogAround): UiState => {
  const wasFollowing = logStateOf(state).paused === null;
  const selection = { source: sourceOf(state), from: line, to: line, wasFollowing };
  return { ...pauseAt(state, windowNow(state, around).top, around), found: null, focus: 'log', selection };
};

/** Moves the end of the selection to a visible line. */
export const selectTo = (state: UiState, line: number): UiState => {
  const selection = selectionOf(state);
  return selection === null ? state : { ...state, selection: { ...selection, to: line } };
};

/** Whoever followed the log before follows it again. */
export const endSelection = (state: UiState): UiState => {
  const ended = { ...state, selection: null };
  return selectionOf(state)?.wasFollowing === true ? follow(ended) : ended;
};

export const selectedLines = (state: UiState, view: LogView): readonly ShownLine[] => {
  const selection = selectionOf(state);
  if (selection === null) return [];
  const { from, to } = selection;
  return linesBetween(view, Math.min(from, to), Math.max(from, to));
};

/** Moves the end of the selection by any number of lines, and keeps it visible. */
export const moveSelection = (state: UiState, by: number, given: LogAround): UiState => {
  const selection = selectionOf(state);
  if (selection === null || by === 0) return state;
  const around = holding(given);
  const { view } = around.log;
  const passed = by < 0 ? view.before(selection.to, -by).at(0) : view.after(nextSeq(selection.to), by).at(-1);
  const to = passed?.seq ?? selection.to;
  return showEnd({ ...state, selection: { ...selection, to } }, to, around);
};

const showEnd = (state: UiState, seq: number, around: LogAround): UiState => {
  const { seqs } = windowNow(state, around);
  const [first] = seqs;
  const last = seqs.at(-1);
  if (first !== undefined && seq <= first) return pauseAt(state, { seq, row: 0 }, around);
  if (last === undefined || seq < last) return state;
  const [line] = around.log.view.after(seq, 1);
  const row = line === undefined ? 0 : around.lines.of(line).length - 1;
  return pauseAt(state, up(around.log.view, { seq, row }, around.logHeight - 1, around.lines), around);
};
