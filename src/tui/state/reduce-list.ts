import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { closedGroupOf, folded, foldFurther, unfolded } from './groups.ts';
import { edit } from './line-editor.ts';
import { hasFailed } from './listed.ts';
import { type ListEditor, ORDERS, type UiState } from './ui-state.ts';

type List = readonly ProcessSnapshot[];

/** True if the arrow keys move in the list. */
export const isInList = ({ screen, focus }: UiState): boolean => screen === 'dashboard' && focus === 'list';

export const selectAt = (state: UiState, list: List, at: number): UiState => {
  const process = list[at];
  return process === undefined ? state : select(state, process);
};

const select = (state: UiState, { name }: ProcessSnapshot): UiState => ({
  ...state,
  selected: name,
  merged: false,
  found: null,
  pan: 0,
});

/** Moves by any number of rows, as far as there are rows. What the filter hides is left for the first row. */
export const moveInList = (state: UiState, list: List, by: number): UiState => {
  const at = list.findIndex(({ name }) => name === state.selected);
  return selectAt(state, list, at === -1 ? 0 : Math.max(0, Math.min(list.length - 1, at + by)));
};

/**
 * Goes to the next process that has failed, from the end to the start again. It may be hidden by the filter or in a
 * closed group. `list`: without closed groups; `all`: without the filter either.
 */
export const toFailed = (state: UiState, list: List, all: List): UiState => {
  const failed = list.some(hasFailed) ? list : all;
  const at = failed.findIndex(({ name }) => name === state.selected);
  const next = [...failed.slice(at + 1), ...failed.slice(0, at + 1)].find(hasFailed);
  if (next === undefined) return { ...state, notice: 'no process has failed' };
  return goTo(state, next, list);
};

/** Selects a process, also one that the filter or a closed group hides. `list`: without closed groups. */
export const goTo = (state: UiState, process: ProcessSnapshot, list: List): UiState => {
  const opened = { ...state, closed: unfolded(process, state.closed) };
  return select(list.includes(process) ? opened : { ...opened, listFilter: '' }, process);
};

/** Closes the instance of the selected process, then its app, then opens both. */
export const fold = (state: UiState, processes: List): UiState => {
  const selected = processes.find(({ name }) => name === state.selected);
  if (selected === undefined) return state;
  if (selected.app === null) return { ...state, notice: `${selected.name} belongs to no app` };
  const closed = foldFurther(selected, processes, state.closed);
  const isInSight = folded(processes, closed).includes(selected);
  const head = closedGroupOf(selected, processes, closed)?.head;
  return { ...(isInSight || head === undefined ? state : select(state, head)), closed };
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

/** The filter counts with each key. Arrows go through what it leaves. `list`: what a text leaves of the list. */
export const editListFilter = (
  state: UiState,
  editor: ListEditor,
  key: string,
  list: (state: UiState) => List,
): UiState => {
  switch (key) {
    case 'escape':
    case 'ctrl+c':
      return { ...state, editor: null, listFilter: '' };
    case 'enter':
      return keepSelected({ ...state, editor: null, listFilter: editor.text }, list);
    case 'up':
    case 'down':
      return moveInList(state, list(state), key === 'up' ? -1 : 1);
    default:
      return keepSelected({ ...state, editor: { ...editor, ...edit(editor, key) } }, list);
  }
};

/** The first process is selected when the filter hides the one that was. */
const keepSelected = (state: UiState, list: (state: UiState) => List): UiState => {
  const shown = list(state);
  return shown.some(({ name }) => name === state.selected) ? state : selectAt(state, shown, 0);
};
