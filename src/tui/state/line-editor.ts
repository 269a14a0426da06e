import type { Typing } from './ui-state.ts';

/** Applies a key to the line being typed: characters, and a shell's keys for moving and deleting. */
export const edit = (editor: Typing, key: string): Typing => {
  const characters = [...editor.text];
  const { cursor } = editor;
  const put = (next: readonly string[], at: number): Typing => ({ text: next.join(''), cursor: at });
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
      return cursor === 0 ? editor : put(characters.toSpliced(cursor - 1, 1), cursor - 1);
    case 'delete':
      return put(characters.toSpliced(cursor, 1), cursor);
    case 'ctrl+u':
      return put(characters.slice(cursor), 0);
    case 'ctrl+w':
      return deleteWord(editor, characters);
    default:
      return insert(editor, key === 'space' ? ' ' : key);
  }
};

/** Inserts typed or pasted text; only the first line of it. Named keys are not text. */
export const insert = (editor: Typing, text: string): Typing => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out.
  const added = [...(text.split(/[\r\n]/, 1)[0] ?? '').replaceAll(/[\u0000-\u001f\u007f]/g, '')];
  const characters = [...editor.text].toSpliced(editor.cursor, 0, ...added);
  return { text: characters.join(''), cursor: editor.cursor + added.length };
};

const deleteWord = (editor: Typing, characters: readonly string[]): Typing => {
  const kept = characters
    .slice(0, editor.cursor)
    .join('')
    .replace(/\S*\s*$/, '');
  const rest = characters.slice(editor.cursor).join('');
  return { text: kept + rest, cursor: [...kept].length };
};
