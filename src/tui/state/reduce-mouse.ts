import { type Row, rowsOf } from './list-rows.ts';
import { focusLog, focusPane, withPane } from './panes.ts';
import { open, reduceKey, type Surroundings, scroll } from './reduce.ts';
import { fold, moveAmong, moveInList, selectRow } from './reduce-list.ts';
import { moveInTraces, selectTrace } from './reduce-traces.ts';
import { endSelection, moveSelection, selectedLines, selectFrom, selectTo } from './select-lines.ts';
import { startSteps } from './start-steps.ts';
import {
  type Cell,
  type Edge,
  type PaletteEditor,
  type Pressed,
  type Reduced,
  selectionOf,
  type UiState,
} from './ui-state.ts';

/** What the mouse has done, with the left button or the wheel. `hold`: it is where it was, with the button held. */
export interface MouseAction extends Cell {
  readonly type: 'press' | 'drag' | 'release' | 'hold' | 'wheel-up' | 'wheel-down';
}

/** What is in a cell of the screen: a row of the list, or null for another place in it; a log, a row of a page, a key. */
export type Spot =
  | { readonly in: 'list'; readonly row: Row | null }
  | { readonly in: 'log'; readonly source: string }
  | { readonly in: 'page'; readonly row: number }
  | { readonly in: 'keys'; readonly key: string };

/** The screen that the mouse is on, for any state of the dashboard. */
export interface Pointable {
  readonly spotAt: (state: UiState, cell: Cell) => Spot | null;
  /** Line of the log with the keys in the row of a cell, which may be beyond an edge of the log. */
  readonly lineAt: (state: UiState, cell: Cell) => { readonly line: number | null; readonly edge: Edge };
  readonly surroundings: (state: UiState) => Surroundings;
}

const WHEEL_ROWS = 3;
/** Longest time between the clicks of a double click, in milliseconds. */
const DOUBLE_CLICK = 400;
/** A hand that clicks may move as many columns. */
const UNMOVED = 2;

export const reduceMouse = (state: UiState, action: MouseAction, screen: Pointable): Reduced => {
  const { state: next, effects } = reduceAction(state, action, screen);
  return { state: withPane(next, screen.surroundings(next).snapshot), effects };
};

const reduceAction = (state: UiState, action: MouseAction, screen: Pointable): Reduced => {
  switch (action.type) {
    case 'wheel-up':
      return turn(state, action, -1, screen);
    case 'wheel-down':
      return turn(state, action, 1, screen);
    case 'press':
      return press(state, action, screen);
    case 'drag':
      return only(drag(state, action, screen));
    case 'hold':
      return only(hold(state, screen));
    case 'release':
      return release(state, screen);
    default:
      return action.type satisfies never;
  }
};

const only = (state: UiState): Reduced => ({ state, effects: [] });

/** While something is typed or asked, the screen is for the keys. */
const isAsking = ({ editor, question, choice }: UiState): boolean =>
  editor !== null || question !== null || choice !== null;

/** A search and a filter have a place in the log that they go back to with each key. */
const isTurnedByKeys = ({ editor, question, choice }: UiState): boolean =>
  editor?.for === 'search' || editor?.for === 'filter' || question !== null || choice !== null;

const turn = (state: UiState, cell: Cell, by: 1 | -1, screen: Pointable): Reduced => {
  const arrow = by === 1 ? 'down' : 'up';
  if (state.editor?.for === 'palette') return reduceKey(state, arrow, screen.surroundings(state));
  if (isTurnedByKeys(state)) return only(state);
  const spot = screen.spotAt(state, cell);
  switch (spot?.in) {
    case 'list':
      return only(turnList(state, by, screen.surroundings(state)));
    case 'log':
      return only(scrollBeside(state, spot.source, by * WHEEL_ROWS, screen));
    case 'page':
      return only(turnPage(state, by, screen.surroundings(state)));
    default:
      return only(state);
  }
};

/** What is typed may be for the selected process. */
const turnList = (state: UiState, by: 1 | -1, around: Surroundings): UiState =>
  state.editor === null
    ? moveInList(state, rowsOf({ ...around, state }), around.snapshot.processes, by)
    : state;

const turnPage = (state: UiState, by: 1 | -1, around: Surroundings): UiState =>
  state.screen === 'graph'
    ? moveAmong(state, startSteps(around.snapshot).flat(), by)
    : (turnTraces(state, by, around) ?? scroll(state, by * WHEEL_ROWS, around));

/** In an open trace the wheel scrolls the attributes and log lines. */
const turnTraces = (state: UiState, by: 1 | -1, { traces }: Surroundings): UiState | null =>
  state.screen === 'traces' ? moveInTraces(state, by, traces) : null;

/** The keys stay where they are. */
const scrollBeside = (state: UiState, source: string, by: number, screen: Pointable): UiState => {
  const there = focusLog(state, source);
  const scrolled = scroll(there, by, screen.surroundings(there));
  return { ...focusPane(scrolled, state.pane), focus: state.focus };
};

const press = (state: UiState, cell: Cell, screen: Pointable): Reduced => {
  const spot = screen.spotAt(state, cell);
  if (state.editor?.for === 'palette') return take(state, state.editor, spot, screen);
  if (isAsking(state)) return only(state);
  switch (spot?.in) {
    case 'keys':
      return reduceKey(state, spot.key, screen.surroundings(state));
    case 'list':
      return only(click({ ...state, focus: 'list' }, spot.row, screen.surroundings(state)));
    case 'log':
      return only(pressLine(state, spot.source, cell, screen));
    case 'page':
      return only(clickInPage(state, spot.row, screen.surroundings(state)));
    default:
      return only(state);
  }
};

/** Runs an entry of the palette. */
const take = (state: UiState, editor: PaletteEditor, spot: Spot | null, screen: Pointable): Reduced => {
  const around = screen.surroundings(state);
  if (spot?.in !== 'page' || spot.row >= around.page.rows) return only(state);
  return reduceKey({ ...state, editor: { ...editor, at: spot.row } }, 'enter', around);
};

/** In the start order, each step has a heading; the list of traces has one. Other pages have nothing to select. */
const clickInPage = (state: UiState, row: number, around: Surroundings): UiState => {
  if (state.screen === 'traces') return selectTrace(state, row - 1, around.traces);
  if (state.screen !== 'graph') return state;
  const process = startSteps(around.snapshot).flatMap((step) => [null, ...step])[row] ?? null;
  return click(state, process === null ? null : { is: 'process', process, depth: 0 }, around);
};

const click = (state: UiState, row: Row | null, around: Surroundings): UiState => {
  if (row === null) return state;
  const { now, snapshot } = around;
  const { clicked } = state.pointer;
  const id = row.is === 'process' ? `process ${row.process.name}` : `group ${row.group.id}`;
  const isDouble = clicked !== null && clicked.row === id && now - clicked.at <= DOUBLE_CLICK;
  const next = { clicked: isDouble ? null : { row: id, at: now }, pressed: null };
  const selected = selectRow({ ...state, pointer: next }, row);
  if (!isDouble) return selected;
  return row.is === 'process' ? open(selected, 'details') : fold(selected, snapshot.processes);
};

/** Marks the line, from which a drag selects. With lines selected by keys, it becomes the end of them. */
const pressLine = (state: UiState, source: string, cell: Cell, screen: Pointable): UiState => {
  const focused = focusLog(state, source);
  const { line } = screen.lineAt(focused, cell);
  const pressed: Pressed = { line, cell, isDragged: false, edge: 0 };
  const next = { ...focused, pointer: { clicked: null, pressed } };
  if (line === null) return next;
  return selectionOf(next) === null ? { ...next, found: line } : selectTo(next, line);
};

const drag = (state: UiState, cell: Cell, screen: Pointable): UiState => {
  const { pressed } = state.pointer;
  if (pressed === null || pressed.line === null || isAsking(state)) return state;
  const { line, edge } = screen.lineAt(state, cell);
  const isMoved = cell.row !== pressed.cell.row || Math.abs(cell.column - pressed.cell.column) > UNMOVED;
  if (!pressed.isDragged && !isMoved) return state;
  const begun =
    selectionOf(state) === null ? selectFrom(state, pressed.line, screen.surroundings(state)) : state;
  const next = { ...begun, pointer: { clicked: null, pressed: { ...pressed, isDragged: true, edge } } };
  if (edge !== 0) return moveSelection(next, edge, screen.surroundings(next));
  return line === null ? next : selectTo(next, line);
};

/** While the mouse is held beyond an edge, the log goes on under it. */
const hold = (state: UiState, screen: Pointable): UiState => {
  const { pressed } = state.pointer;
  if (pressed === null || pressed.edge === 0) return state;
  const moved = moveSelection(state, pressed.edge, screen.surroundings(state));
  // At the last line there is nothing more to wait for.
  const isOver = selectionOf(moved)?.to === selectionOf(state)?.to;
  return isOver ? { ...state, pointer: { ...state.pointer, pressed: { ...pressed, edge: 0 } } } : moved;
};

const release = (state: UiState, screen: Pointable): Reduced => {
  const { pressed } = state.pointer;
  const released = { ...state, pointer: { ...state.pointer, pressed: null } };
  if (pressed?.isDragged !== true || selectionOf(state) === null) return only(released);
  const lines = selectedLines(state, screen.surroundings(state).log.view);
  return { state: endSelection(released), effects: [{ type: 'copy', lines }] };
};
