import type { CommandSpec } from '../model/pod-spec.ts';
import { MASK, maskSecrets, maskWords } from './secrets.ts';

/** A command as a person would type it, with its secrets masked. */
export const commandText = (command: CommandSpec): string =>
  command.kind === 'shell'
    ? maskSecrets(command.line)
    : wordsText(maskWords([command.file, ...command.args]));

export const wordsText = (words: readonly string[]): string => words.map(quoted).join(' ');

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]*$/.test(word.replaceAll(MASK, '')) && word !== ''
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
