import { isGivenUp, parsePattern } from '../log/pattern.ts';
import { toNewest } from './find-line.ts';
import { charactersOf, edit } from './line-editor.ts';
import { follow, type LogAround } from './log-position.ts';
import type { LogEditor, UiState } from './ui-state.ts';

/** Opens the line in which a search or a filter is typed. */
export const openEditor = (state: UiState, what: LogEditor['for']): UiState => {
  const { search, filter, found, pan, logs } = state;
  const before = { search, filter, found, pan, logs };
  return { ...state, editor: { for: what, text: '', cursor: 0, before, recalled: null } };
};

/** What is typed counts at once. `escape` takes it back. */
export const editLog = (state: UiState, editor: LogEditor, key: string, around: LogAround): UiState => {
  switch (key) {
    case 'escape':
    case 'ctrl+c':
      return { ...state, ...editor.before, editor: null };
    case 'enter':
      return accept(state, editor, around);
    case 'up':
    case 'down':
      return tryOut(state, recall(state, editor, key === 'up' ? 1 : -1), around);
    default:
      return tryOut(state, { ...editor, ...edit(editor, key), recalled: null }, around);
  }
};

/** Shows the effect of the text so far, from the place where it was begun. */
export const tryOut = (state: UiState, editor: LogEditor, around: LogAround): UiState => {
  const base = { ...state, ...editor.before, editor };
  if (editor.text === '') return base;
  const parsed = parsePattern(editor.text);
  if (!parsed.ok) return { ...state, editor, notice: parsed.message };
  const { pattern } = parsed;
  if (editor.for === 'filter') return follow({ ...base, filter: pattern, found: null });
  const sought = { ...base, search: pattern, found: null };
  const found = toNewest(sought, pattern, around);
  if (isGivenUp(pattern)) return { ...sought, notice: `${editor.text} takes too long on some line` };
  return found ?? { ...sought, notice: `no line matches ${editor.text}` };
};

/** An empty text ends the search or the filter that was. */
const accept = (state: UiState, editor: LogEditor, around: LogAround): UiState => {
  if (editor.text === '')
    return { ...state, ...editor.before, editor: null, found: null, [editor.for]: null };
  const tried = tryOut(state, editor, around);
  if (!parsePattern(editor.text).ok) return tried;
  const typed = [...state.typed[editor.for].filter((text) => text !== editor.text), editor.text];
  return { ...tried, editor: null, typed: { ...state.typed, [editor.for]: typed.slice(-MOST_TYPED) } };
};

const MOST_TYPED = 50;

/** Takes an older (1) or newer text of the history; below the newest is an empty line. */
const recall = (state: UiState, editor: LogEditor, by: 1 | -1): LogEditor => {
  const typed = state.typed[editor.for];
  const recalled = Math.max(-1, Math.min(typed.length - 1, (editor.recalled ?? -1) + by));
  const text = typed.at(-1 - recalled) ?? '';
  if (recalled === -1) return { ...editor, text: '', cursor: 0, recalled: null };
  return { ...editor, text, cursor: charactersOf(text).length, recalled };
};
