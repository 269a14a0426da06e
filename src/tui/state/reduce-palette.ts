import { edit } from './line-editor.ts';
import { chosenOf, matching, type PaletteEntry } from './palette.ts';
import type { PaletteEditor, UiState } from './ui-state.ts';

const MOST_RECENT = 20;

export const openPalette = (state: UiState): UiState => ({
  ...state,
  editor: { for: 'palette', text: '', cursor: 0, at: 0 },
});

/** Applies a key to the palette; `taken` is set once an entry is to be run. `page`: rows of a page. */
export const editPalette = (
  state: UiState,
  editor: PaletteEditor,
  key: string,
  { entries, page }: { readonly entries: readonly PaletteEntry[]; readonly page: number },
): { readonly state: UiState; readonly taken: PaletteEntry | null } => {
  const shown = matching(entries, editor.text);
  const { at, entry } = chosenOf(editor, shown);
  const moved = (by: number): UiState => ({
    ...state,
    editor: { ...editor, at: Math.max(0, Math.min(shown.length - 1, at + by)) },
  });
  switch (key) {
    case 'escape':
    case 'ctrl+c':
      return { state: { ...state, editor: null }, taken: null };
    case 'up':
      return { state: moved(-1), taken: null };
    case 'down':
      return { state: moved(1), taken: null };
    case 'pageup':
      return { state: moved(-page), taken: null };
    case 'pagedown':
      return { state: moved(page), taken: null };
    case 'enter':
      return entry === undefined
        ? { state: { ...state, notice: 'no action has these words' }, taken: null }
        : { state: remember({ ...state, editor: null }, entry), taken: entry };
    default:
      return { state: typed(state, editor, key), taken: null };
  }
};

/** Other words leave other entries: the best of them is chosen. */
const typed = (state: UiState, editor: PaletteEditor, key: string): UiState => {
  const next = edit(editor, key);
  return { ...state, editor: { ...editor, ...next, at: next.text === editor.text ? editor.at : 0 } };
};

const remember = (state: UiState, { name }: PaletteEntry): UiState => ({
  ...state,
  recent: [name, ...state.recent.filter((other) => other !== name)].slice(0, MOST_RECENT),
});
