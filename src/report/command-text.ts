import type { ContainerSpec, LaunchCommand } from '../model/pod-spec.ts';
import { MASK, maskSecrets, maskWords } from './secrets.ts';

/** A command as a person would type it, with its secrets masked. */
export const commandText = (command: LaunchCommand): string => {
  switch (command.kind) {
    case 'shell':
      return maskSecrets(command.line);
    case 'direct':
      return wordsText(maskWords([command.file, ...command.args]));
    case 'container':
      return [command.image, ...partsOf(command)].join(' ');
    default:
      return command satisfies never;
  }
};

/** The image comes first, as in `docker run`. */
const partsOf = ({ entrypoint, args }: ContainerSpec): readonly string[] => [
  ...(entrypoint === null ? [] : [commandText(entrypoint)]),
  ...(args === null ? [] : [wordsText(maskWords(args))]),
];

export const wordsText = (words: readonly string[]): string => words.map(quoted).join(' ');

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]*$/.test(word.replaceAll(MASK, '')) && word !== ''
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
