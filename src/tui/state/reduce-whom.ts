import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { edit } from './line-editor.ts';
import { withWords } from './listed.ts';
import type { UiState, WhomEditor } from './ui-state.ts';

/** The process that a typed number in the list, a name or some of its words mean. */
export const meantBy = (text: string, list: readonly ProcessSnapshot[]): ProcessSnapshot | undefined => {
  const words = text.trim();
  if (words === '') return undefined;
  const byNumber = /^\d+$/.test(words) ? list[Number(words) - 1] : undefined;
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
  list: readonly ProcessSnapshot[],
): { readonly state: UiState; readonly meant: ProcessSnapshot | null } => {
  if (key === 'escape' || key === 'ctrl+c') return { state: { ...state, editor: null }, meant: null };
  if (key !== 'enter')
    return { state: { ...state, editor: { ...editor, ...edit(editor, key) } }, meant: null };
  const meant = meantBy(editor.text, list);
  return meant === undefined
    ? { state: { ...state, notice: 'type a name, some of it, or its number in the list' }, meant: null }
    : { state: { ...state, editor: null }, meant };
};
