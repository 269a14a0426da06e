import { graphemesOf, isPlain } from '../text/width.ts';
import type { Typing } from './ui-state.ts';

/** The characters that the cursor moves by, as a terminal draws them: an emoji of several code points is one. */
export const charactersOf = (text: string): readonly string[] =>
  isPlain(text) ? [...text] : Array.from(graphemesOf(text), ({ text: character }) => character);

/** Applies a key to the line being typed: characters, and a shell's keys for moving and deleting. */
export const edit = (editor: Typing, key: string): Typing => {
  const characters = charactersOf(editor.text);
  const cursor = Math.min(editor.cursor, characters.length);
  const around = (before: number, after: number): Typing =>
    joined(characters.slice(0, before).join(''), characters.slice(after).join(''));
  switch (key) {
    case 'left':
      return { text: editor.text, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { text: editor.text, cursor: Math.min(characters.length, cursor + 1) };
    case 'home':
    case 'ctrl+a':
      return { text: editor.text, cursor: 0 };
    case 'end':
    case 'ctrl+e':
      return { text: editor.text, cursor: characters.length };
    case 'backspace':
      return cursor === 0 ? editor : around(cursor - 1, cursor);
    case 'delete':
      return around(cursor, cursor + 1);
    case 'ctrl+u':
      return around(0, cursor);
    case 'ctrl+w':
      return deleteWord(characters, cursor);
    case 'space':
      return insert(editor, ' ');
    default:
      return isCharacter(key) ? insert(editor, key) : editor;
  }
};

/** Other keys have names of several letters, such as `pageup`. */
const isCharacter = (key: string): boolean => charactersOf(key).length === 1;

/** Inserts typed or pasted text; only the first line of it. */
export const insert = (editor: Typing, text: string): Typing => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out.
  const added = (text.split(/[\r\n]/, 1)[0] ?? '').replaceAll(/[\u0000-\u001f\u007f]/g, '');
  const characters = charactersOf(editor.text);
  const before = characters.slice(0, editor.cursor).join('');
  return joined(before + added, characters.slice(editor.cursor).join(''));
};

const deleteWord = (characters: readonly string[], cursor: number): Typing => {
  const kept = characters
    .slice(0, cursor)
    .join('')
    .replace(/\S*\s*$/, '');
  return joined(kept, characters.slice(cursor).join(''));
};

/** The cursor is between the two. */
const joined = (before: string, after: string): Typing => ({
  text: before + after,
  cursor: charactersOf(before).length,
});
