import type { RunOptions } from './options.ts';
import type { ForegroundRequest } from './run-in-foreground.ts';

type Setting = Partial<RunOptions>;

const WITHOUT_VALUE: ReadonlyMap<string, Setting> = new Map([
  ['--no-color', { color: false }],
  ['--no-watch', { watch: false }],
  ['--timestamps', { timestamps: true }],
]);

/**
 * Returns what `dev` or `up` is to run, if the command line is as plain as most: without options, or with the few that need
 * no checks. Null for any other one, and for a wrong one: the parser has the words for that. To load the parser, to describe
 * a command to it and to parse takes a tenth of a start.
 */
export const plainStart = (argv: readonly string[]): ForegroundRequest | null => {
  const at = argv.indexOf('--');
  const [mode, ...words] = at === -1 ? argv : argv.slice(0, at);
  if (mode !== 'dev' && mode !== 'up') return null;
  const options = optionsIn(words);
  if (options === null || (mode === 'up' && words.includes('--no-watch'))) return null;
  return { mode, options, primaryArgs: at === -1 ? [] : argv.slice(at + 1), defaultTimeout: null };
};

const optionsIn = (words: readonly string[]): RunOptions | null => {
  let options: RunOptions = { color: true };
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const setting = WITHOUT_VALUE.get(word) ?? withValue(word, left.shift());
    if (setting === null) return null;
    options = { ...options, ...setting };
  }
  return options;
};

const withValue = (option: string, value = ''): Setting | null => {
  if (value === '' || value.startsWith('-')) return null;
  if (option === '-c' || option === '--config') return { config: value };
  return option === '--ui' && isUi(value) ? { ui: value } : null;
};

const isUi = (value: string): value is NonNullable<RunOptions['ui']> =>
  value === 'tui' || value === 'plain' || value === 'json';
