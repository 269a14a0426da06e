import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/command-line.ts';
import { plainStart } from '../../src/cli/plain-start.ts';

/** What the parser of command lines makes of these words; null: an error. */
const parsed = async (mode: string, words: readonly string[]) => {
  const program = await createProgram(async () => undefined, mode);
  const command = program.commands.find((each) => each.name() === mode);
  if (command === undefined) throw new Error(`there is no command ${mode}`);
  command.configureOutput({ writeErr: () => undefined, outputError: () => undefined });
  command.action(() => undefined);
  try {
    await program.parseAsync([mode, ...words], { from: 'user' });
    return command.opts();
  } catch {
    return null;
  }
};

const word = fc.constantFrom(
  ...['--ui', 'plain', 'json', 'tui', 'html', '--ui=plain', '-c', '--config', 'a.config.ts', '-', ''],
  ...['--no-color', '--no-watch', '--timestamps', '--only', 'web', '--help', '-h', 'constructor', '--name'],
);

test('a plain start has the options that the parser of command lines finds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('dev', 'up'), fc.array(word, { maxLength: 5 }), async (mode, words) => {
      const start = plainStart([mode, ...words]);
      if (start === null) return;
      const options = await parsed(mode, words);
      const watch = mode === 'dev' ? { watch: true } : {};
      expect({ ...watch, ...start.options }).toEqual(options);
    }),
    { numRuns: 400 },
  );
});

test.each([
  [['dev']],
  [['up', '--ui', 'plain', '--timestamps']],
  [['dev', '-c', 'other.config.ts', '--no-watch', '--no-color']],
])('%j is plain', (argv) => {
  expect(plainStart(argv)).not.toBeNull();
});

test.each([
  [[]],
  [['run', '--', 'true']],
  [['dev', '--help']],
  [['dev', '--ui']],
  [['dev', '--ui', 'html']],
  [['dev', '--only', 'web']],
  [['dev', 'web']],
  [['up', '--no-watch']],
  [['up', '--detach']],
])('%j is left to the parser', (argv) => {
  expect(plainStart(argv)).toBeNull();
});

test('words after -- are for the app, whatever they look like', () => {
  expect(plainStart(['dev', '--', '--ui', 'html'])).toEqual({
    mode: 'dev',
    options: { color: true },
    primaryArgs: ['--ui', 'html'],
    defaultTimeout: null,
  });
});
