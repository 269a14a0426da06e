import type { Command } from 'commander';
import { printable } from '../../report/printable.ts';
import { type Candidate, findCandidates } from './candidates.ts';
import { processNames } from './process-names.ts';

/** Returns the answer to a shell: a line for each candidate, or `:files`, `:folders`. */
export const complete = async (program: Command, words: readonly string[]): Promise<string> => {
  const candidates = findCandidates(program, words);
  if (candidates === 'files' || candidates === 'folders') return `:${candidates}\n`;
  const current = words.at(-1) ?? '';
  const found = candidates === 'processes' ? await namesFor(words, current) : candidates;
  return found
    .filter(({ value }) => value.startsWith(current))
    .map(({ value, description }) => `${value}\t${printable(description.replaceAll(/\s+/g, ' '))}\n`)
    .join('');
};

/** In a list such as `redis,sh`, the last name is completed, and none appears twice. */
const namesFor = async (words: readonly string[], current: string): Promise<readonly Candidate[]> => {
  const [, option = '', list = ''] = /^(--[^=]+=)?(.*)$/s.exec(current) ?? [];
  const before = list.slice(0, list.lastIndexOf(',') + 1);
  const named = new Set([...before.split(','), ...words.slice(0, -1)]);
  const names = await processNames(words.slice(0, -1));
  return names
    .filter(({ value }) => !named.has(value))
    .map(({ value, description }) => ({ value: `${option}${before}${value}`, description }));
};
