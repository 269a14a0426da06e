// PathCounts the instructions of three hot paths of the build, and fails where one takes a tenth more than its budget:
// `npm run count`; `npm run count -- --write` writes what it counts as the new budgets (see CONTRIBUTING.md).
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isInstalled } from '../support/installed.ts';
import { countPaths, PATHS, type Path, type PathCounts } from './paths.ts';

const BUDGETS = new URL('budgets.json', import.meta.url);
const TOLERANCE = 0.1;
/** What else the machine does can add to a count, and takes nothing away. */
const TRIES = 3;

const names = Object.keys(PATHS) as readonly Path[];
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const digits = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (share: number): string => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;

const leastOf = (one: PathCounts, other: PathCounts): PathCounts => ({
  start: Math.min(one.start, other.start),
  output: Math.min(one.output, other.output),
  many: Math.min(one.many, other.many),
});

const over = (counts: PathCounts, budgets: PathCounts): readonly Path[] =>
  names.filter((name) => counts[name] > budgets[name] * (1 + TOLERANCE));

const moreThan = (count: number, budget: number): string =>
  `${digits(count)} instructions are ${((count / budget - 1) * 100).toFixed(1)} % more than the budget of ${digits(budget)}`;

const table = (counts: PathCounts, budgets: PathCounts): string =>
  names
    .map((name) => {
      const row = [
        name.padEnd(8),
        `${digits(counts[name])} instructions`.padStart(26),
        `budget ${digits(budgets[name])}`.padStart(20),
        percent(counts[name] / budgets[name] - 1).padStart(9),
      ];
      return `${row.join('  ')}   ${PATHS[name]}`;
    })
    .join('\n');

const countWhile = async (isTooMuch: (counts: PathCounts) => boolean): Promise<PathCounts> => {
  let counts = await countPaths();
  for (let left = TRIES - 1; left > 0 && isTooMuch(counts); left--)
    counts = leastOf(counts, await countPaths());
  return counts;
};

const check = async (budgets: PathCounts): Promise<void> => {
  const counts = await countWhile((found) => over(found, budgets).length > 0);
  say(table(counts, budgets));
  for (const name of over(counts, budgets)) {
    say(`\n${name}: ${moreThan(counts[name], budgets[name])} (${PATHS[name]}).`);
    say('Find what the change added, for example with `perf` or `node --cpu-prof`, and take it out again.');
    say('If it is worth its price, run `npm run count -- --write`, and say in the commit what it buys.');
    process.exitCode = 1;
  }
};

const write = async (): Promise<void> => {
  const counts = await countWhile(() => true);
  const rounded = Object.fromEntries(names.map((name) => [name, Math.round(counts[name])]));
  writeFileSync(BUDGETS, `${JSON.stringify(rounded, null, 2)}\n`);
  say(names.map((name) => `${name.padEnd(8)} ${digits(counts[name])}   ${PATHS[name]}`).join('\n'));
};

const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
if (process.arch !== 'x64' || process.platform !== 'linux')
  say('The budgets are of x86-64 and Linux; nothing is counted here.');
else if (!isInstalled('valgrind')) say('valgrind is not installed; nothing is counted.');
else if (options.write) await write();
else await check(JSON.parse(readFileSync(BUDGETS, 'utf8')) as PathCounts);
