import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { commandOfLog } from '../../model/own-command.ts';
import { type Group, selectedGroup } from './groups.ts';
import { edit } from './line-editor.ts';
import { processesOf, rowsOf } from './list-rows.ts';
import { listed, withWords } from './listed.ts';
import { ALL_PROCESSES, sourceOf, type UiState, type WhomEditor } from './ui-state.ts';

type Listing = Parameters<typeof rowsOf>[0];

/** The process that a typed number in the list, a name or some of its words mean. */
export const meantBy = (text: string, listing: Listing): ProcessSnapshot | undefined => {
  const words = text.trim();
  if (words === '') return undefined;
  const list = listed(listing);
  const byNumber = /^\d+$/.test(words) ? processesOf(rowsOf(listing))[Number(words) - 1] : undefined;
  return list.find(({ name }) => name === words) ?? byNumber ?? withWords(list, words)[0];
};

/** The log of all processes shows no selection: a request asks for whom it is. */
export const asksForWhom = (state: UiState): boolean =>
  (state.screen === 'dashboard' || state.screen === 'log') && sourceOf(state) === ALL_PROCESSES;

/** Process that a request is for without a question: that of the log with the keys, or the selected one. */
export const processOf = ({ pane, selected, screen }: UiState): string | null =>
  (screen === 'dashboard' || screen === 'log') && pane !== null
    ? (commandOfLog(pane)?.process ?? pane)
    : selected;

/** The command beside a process whose log has the keys, or null. */
export const commandWithKeys = (state: UiState): ReturnType<typeof commandOfLog> => {
  const hasKeys = state.screen === 'log' || (state.screen === 'dashboard' && state.focus === 'log');
  return hasKeys ? commandOfLog(sourceOf(state)) : null;
};

/** Group that a request is for: the heading of its row is selected, and no other log has the keys. */
export const groupFor = (state: UiState, processes: readonly ProcessSnapshot[]): Group | null =>
  state.screen === 'dashboard' && processOf(state) === state.selected
    ? selectedGroup(state, processes)
    : null;

/** Applies a key to the line that says for whom; `meant` is set once that is known. */
export const editWhom = (
  state: UiState,
  editor: WhomEditor,
  key: string,
  listing: Listing,
): { readonly state: UiState; readonly meant: ProcessSnapshot | null } => {
  if (key === 'escape' || key === 'ctrl+c') return { state: { ...state, editor: null }, meant: null };
  if (key !== 'enter')
    return { state: { ...state, editor: { ...editor, ...edit(editor, key) } }, meant: null };
  const meant = meantBy(editor.text, listing);
  return meant === undefined
    ? { state: { ...state, notice: 'type a name, some of it, or its number in the list' }, meant: null }
    : { state: { ...state, editor: null }, meant };
};
