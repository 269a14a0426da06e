import type { CommandSpec } from '../core/pod-spec.ts';

/** A command as a person would type it. */
export const commandText = (command: CommandSpec): string =>
  command.kind === 'shell' ? command.line : wordsText([command.file, ...command.args]);

export const wordsText = (words: readonly string[]): string => words.map(quoted).join(' ');

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
