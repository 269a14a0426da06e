import { relative } from 'node:path';
import { findConfig } from '../config/load/find-config.ts';
import { wordsText } from '../report/command-text.ts';
import type { PodKey } from '../runtime/state/pod-record.ts';
import { startFolder } from './start-folder.ts';

/**
 * Returns a command that reaches the pod of a config, as typed in the folder in which this one was.
 *
 * @example
 * nameCommand('down', { configFile: '/shop/blue.yaml', label: 'pr-17' }) // "'sidecarctl down -c blue.yaml --name pr-17'"
 */
export const nameCommand = (
  words: string,
  { configFile, label }: PodKey,
  folder: string = startFolder,
): string => {
  const isFound = findConfig(folder) === configFile;
  const below = relative(folder, configFile);
  const file = below.startsWith('..') ? configFile : below;
  const named = label === null ? [] : ['--name', label];
  const options = wordsText([...(isFound ? [] : ['-c', file]), ...named]);
  return `'sidecarctl ${words}${options === '' ? '' : ` ${options}`}'`;
};

/**
 * A text of a supervisor with its commands as typed in the folder of this one: the supervisor does not know from where
 * it is asked.
 */
export const namedHere = (text: string, key: PodKey): string =>
  text.replaceAll(COMMAND, (_, words: string) => nameCommand(words, key));

const COMMAND = /'sidecarctl ([a-z]+ [a-z0-9-]+)(?: --name [^' ]+)?'/g;
