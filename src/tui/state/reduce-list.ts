import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { commandOfLog } from '../../model/own-command.ts';
import { groupsOf, selectedGroup } from './groups.ts';
import { edit } from './line-editor.ts';
import { processesOf, type Row, selectedAt } from './list-rows.ts';
import { needsUser } from './listed.ts';
import { focusPane } from './panes.ts';
import { ALL_PROCESSES, type ListEditor, ORDERS, type UiState } from './ui-state.ts';

type List = readonly ProcessSnapshot[];

/** True if the arrow keys move in the list. */
export const isInList = ({ screen, focus }: UiState): boolean => screen === 'dashboard' && focus === 'list';

export const selectAt = (state: UiState, list: List, at: number): UiState => {
  const process = list[at];
  return process === undefined ? state : select(state, process);
};

const select = (state: UiState, { name }: Pick<ProcessSnapshot, 'name'>): UiState => ({
  ...focusPane(state, null),
  selected: name,
  heading: null,
  command: null,
  merged: false,
  found: null,
  pan: 0,
});

/** Selects the process of the pinned log that the keys are for. */
export const selectPane = (state: UiState): UiState =>
  state.pane === null || state.pane === ALL_PROCESSES
    ? state
    : select(state, { name: commandOfLog(state.pane)?.process ?? state.pane });

export const selectRow = (state: UiState, row: Row): UiState =>
  row.is === 'process'
    ? select(state, row.process)
    : { ...select(state, row.group.head), heading: row.group.id };

/** Moves by any number of processes, as far as there are any. From one that is not among them it goes to the first. */
export const moveAmong = (state: UiState, list: List, by: number): UiState =>
  selectAt(state, list, placeAfter(placeOf(state, list), by, list.length));

const placeOf = ({ selected }: UiState, list: List): number =>
  list.findIndex(({ name }) => name === selected);

/** Moves by any number of rows in the same way. `processes`: all of the pod. */
export const moveInList = (state: UiState, rows: readonly Row[], processes: List, by: number): UiState => {
  const row = rows[placeAfter(selectedAt(state, rows, processes), by, rows.length)];
  return row === undefined ? state : selectRow(state, row);
};

const placeAfter = (at: number, by: number, length: number): number =>
  at === -1 ? 0 : Math.max(0, Math.min(length - 1, at + by));

/**
 * Goes to the next process that has failed or waits for input, from the end to the start again. It may be
 * hidden by the filter or in a closed group. `all`: without the filter.
 */
export const toFailed = (state: UiState, list: List, all: List): UiState => {
  const among = list.some(needsUser) ? list : all;
  const at = among.findIndex(({ name }) => name === state.selected);
  const next = [...among.slice(at + 1), ...among.slice(0, at + 1)].find(needsUser);
  if (next === undefined) return { ...state, notice: 'no process has failed or waits for input' };
  return goTo(state, next, list, all);
};

/** Selects a process, also one that the filter or a closed group hides. `all`: without the filter. */
export const goTo = (state: UiState, process: ProcessSnapshot, list: List, all: List): UiState => {
  const around = groupsOf(process.name, all).map(({ id }) => id);
  const opened = { ...state, closed: state.closed.filter((id) => !around.includes(id)) };
  return select(list.includes(process) ? opened : { ...opened, listFilter: '' }, process);
};

/** Closes the group of the selected heading or process, or opens it again. */
export const fold = (state: UiState, processes: List): UiState => {
  const group = selectedGroup(state, processes) ?? groupsOf(state.selected, processes).at(-1);
  if (group === undefined) return { ...state, notice: 'there is no group to fold here' };
  const closed = state.closed.includes(group.id)
    ? state.closed.filter((id) => id !== group.id)
    : [...state.closed, group.id];
  return { ...select(state, group.head), heading: group.id, closed };
};

export const toNextOrder = (state: UiState): UiState => {
  const order = ORDERS[(ORDERS.indexOf(state.order) + 1) % ORDERS.length] ?? 'start';
  return { ...state, order, notice: `the list is in the order of ${ORDER_TEXT[order]}` };
};

const ORDER_TEXT = {
  start: 'the start',
  state: 'states, the worst first',
  cpu: 'CPU',
  memory: 'memory',
  name: 'names',
} as const;

interface Listing {
  /** Rows of the list in a state. */
  readonly rows: (state: UiState) => readonly Row[];
  readonly processes: List;
}

/** The filter counts with each key. Arrows go through what it leaves. */
export const editListFilter = (
  state: UiState,
  editor: ListEditor,
  key: string,
  listing: Listing,
): UiState => {
  switch (key) {
    case 'escape':
    case 'ctrl+c':
      return { ...state, editor: null, listFilter: '' };
    case 'enter':
      return keepSelected({ ...state, editor: null, listFilter: editor.text }, listing);
    case 'up':
    case 'down':
      return moveInList(state, listing.rows(state), listing.processes, key === 'up' ? -1 : 1);
    default:
      return keepSelected({ ...state, editor: { ...editor, ...edit(editor, key) } }, listing);
  }
};

/** The first process is selected when the filter hides the one that was. */
const keepSelected = (state: UiState, { rows, processes }: Listing): UiState => {
  const shown = rows(state);
  if (selectedAt(state, shown, processes) !== -1) return state;
  const [first] = processesOf(shown);
  if (first !== undefined) return select(state, first);
  return shown[0] === undefined ? state : selectRow(state, shown[0]);
};
