import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/command-line.ts';
import { splitWords } from '../../src/exchange/reading/split-words.ts';
import { commandLines } from './doc-page.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(`${repository}docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The words up to what belongs to the shell, to another program or to the reader. */
const ownWords = (line: string): readonly string[] => {
  const words = splitWords(line.replace(/\).*$| {2,}.*$|\s+#.*$/, ''));
  const end = words.findIndex((word) => /^(--|[|&;>]+|\d?>.*|\))$/.test(word));
  return end === -1 ? words : words.slice(0, end);
};

const problemOf = async (line: string): Promise<string | null> => {
  const program = await createProgram(async () => undefined);
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  }
  try {
    await program.parseAsync(ownWords(line), { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? null : error.message;
  }
};

describe('every command line in the docs is one that the command takes', () => {
  it.each(pages)('%s', async (page) => {
    const lines = commandLines(`${repository}${page}`);
    const problems = await Promise.all(lines.map(async (line) => [line, await problemOf(line)] as const));
    expect(problems.filter(([, problem]) => problem !== null)).toEqual([]);
  });

  it('finds an option that is not there', async () => {
    expect(await problemOf('dev --no-such-option')).toContain('unknown option');
    expect(ownWords('run --only redis -- redis-cli --help # x')).toEqual(['run', '--only', 'redis']);
  });
});
