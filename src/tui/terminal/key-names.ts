import type { Key } from 'ink';

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const satisfies ReadonlyArray<readonly [keyof Key, string]>;

/**
 * The keys in one call from Ink. Characters that come in one chunk, as from a fast typist, are one input, and text
 * after an Escape has `meta`, as if Alt were held.
 */
export const keyNames = (input: string, key: Key): readonly string[] => {
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) return key.meta && key.escape ? ['escape', 'escape'] : [named[1]];
  if (key.ctrl) return input === '' ? [] : [`ctrl+${input.toLowerCase()}`];
  const typed = [...input].map(characterName);
  return key.meta && typed.length > 0 ? ['escape', ...typed] : typed;
};

const CONTROL_NAMES: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u001b': 'escape',
  '\u007f': 'backspace',
  '\b': 'backspace',
  ' ': 'space',
};

export const characterName = (character: string): string => {
  const name = CONTROL_NAMES[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 ? `ctrl+${String.fromCharCode(code + 0x40).toLowerCase()}` : character;
};
