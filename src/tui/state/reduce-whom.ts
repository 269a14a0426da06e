import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { edit } from './line-editor.ts';
import { processesOf, rowsOf } from './list-rows.ts';
import { listed, withWords } from './listed.ts';
import type { UiState, WhomEditor } from './ui-state.ts';

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
export const asksForWhom = ({ merged, screen }: UiState): boolean =>
  merged && (screen === 'dashboard' || screen === 'log');

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
