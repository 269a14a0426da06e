import type { PodRequest } from '../../control/pod-client.ts';
import { count } from '../text/format.ts';
import { charactersOf, edit, insert } from './line-editor.ts';
import type { InputEditor, Reduced, UiState } from './ui-state.ts';

const MOST_TYPED = 50;
/** More is not kept for a process that does not read. */
const MOST_BYTES = 1024 * 1024;

/** Applies a key to the line for a process. `leave`: keys that end the mode. */
export const typeLine = (
  state: UiState,
  editor: InputEditor,
  key: string,
  leave: readonly string[],
): Reduced => {
  if (leave.includes(key) || key === 'escape' || key === 'ctrl+c') return only({ ...state, editor: null });
  switch (key) {
    case 'enter':
      return sendLines(state, editor, [editor.text], '');
    case 'ctrl+d':
      return editor.text === '' ? endInput(state, editor) : only(edited(state, editor, 'delete'));
    case 'up':
    case 'down':
      return only({ ...state, editor: recall(state, editor, key === 'up' ? 1 : -1) });
    default:
      return only(edited(state, editor, key));
  }
};

/** Sends the whole lines of a paste. Its last line stays to be edited. */
export const pasteLines = (state: UiState, editor: InputEditor, text: string): Reduced => {
  const [first = '', ...others] = text.split(/\r\n|\r|\n/);
  const begun = { ...editor, ...insert(editor, first) };
  const rest = others.pop();
  return rest === undefined
    ? only({ ...state, editor: begun })
    : sendLines(state, editor, [begun.text, ...others], rest);
};

const sendLines = (state: UiState, editor: InputEditor, lines: readonly string[], rest: string): Reduced => {
  const known = state.typed.input.filter((typed) => !lines.includes(typed));
  const typed = [...known, ...lines.filter((line) => line !== '')].slice(-MOST_TYPED);
  const next: InputEditor = { ...editor, ...insert({ text: '', cursor: 0 }, rest), recalled: null };
  const text = lines.map((line) => `${line}\n`).join('');
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES)
    return only({
      ...state,
      notice: `${count(bytes, 'byte')} are too much for one paste: paste 1 MiB at most`,
    });
  return {
    state: { ...state, typed: { ...state.typed, input: typed }, editor: next },
    effects: [sending(editor.process, text, false)],
  };
};

const endInput = (state: UiState, { process }: InputEditor): Reduced => ({
  state: { ...state, editor: null, notice: `the stdin of ${process} ends here` },
  effects: [sending(process, '', true)],
});

const sending = (process: string, text: string, eof: boolean): PodRequest => ({
  type: 'send',
  process,
  text,
  eof,
});

const edited = (state: UiState, editor: InputEditor, key: string): UiState => ({
  ...state,
  editor: { ...editor, ...edit(editor, key), recalled: null },
});

/** Takes an older (1) or newer line of the history; below the newest is an empty one. */
const recall = (state: UiState, editor: InputEditor, by: 1 | -1): InputEditor => {
  const typed = state.typed.input;
  const recalled = Math.max(-1, Math.min(typed.length - 1, (editor.recalled ?? -1) + by));
  const text = typed.at(-1 - recalled) ?? '';
  return recalled === -1
    ? { ...editor, text: '', cursor: 0, recalled: null }
    : { ...editor, text, cursor: charactersOf(text).length, recalled };
};

const only = (state: UiState): Reduced => ({ state, effects: [] });
