// Breaks the core and the policies of the proxy on purpose, one rule at a time, in a copy of the tree, and says which tests
// notice: `npm run mutants`. `npm run mutants -- WORD` takes those whose rule or path has the word in it.
// Exits with 1 when one survives, or when what it would break no longer stands in the source.
import { CopiedTree, type FailedTest } from './copied-tree.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { POLICY_MUTANTS } from './policy-mutants.ts';
import { REFRESH_MUTANTS } from './refresh-mutants.ts';

const WORD = process.argv[2] ?? '';
const CHOSEN = [...MUTANTS, ...POLICY_MUTANTS, ...REFRESH_MUTANTS].filter(({ rule, path }) =>
  `${rule} ${path}`.includes(WORD),
);
/** One for each of the cores that a small machine has. */
const TREES = 2;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** The tests that noticed; none: the mutant lives, or is none any more. */
const findCatchers = async (tree: CopiedTree, mutant: Mutant): Promise<readonly FailedTest[]> => {
  const { sentences, simulation } = mutant.area;
  const run = await tree.testMutant(mutant, [mutant.test, simulation]);
  if (run === null || run.failed.length > 0) return run?.failed ?? [];
  return (await tree.testMutant(mutant, [sentences]))?.failed ?? [];
};

const wordsFor = (mutant: Mutant, caught: readonly FailedTest[]): string => {
  const first = (simulated: boolean) => caught.find((test) => test.simulated === simulated)?.name ?? '-';
  return [
    `${caught.length === 0 ? 'SURVIVED' : 'caught'}  ${mutant.rule} (${mutant.path})`,
    `    sentence:  ${first(false)}`,
    `    invariant: ${first(true)}`,
  ].join('\n');
};

const survivors: string[] = [];
const queue = [...CHOSEN];

const work = async (): Promise<void> => {
  await using tree = await CopiedTree.create();
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const caught = await findCatchers(tree, mutant);
    if (caught.length === 0) survivors.push(mutant.rule);
    say(wordsFor(mutant, caught));
  }
};

await using untouched = await CopiedTree.create();
const areas = [...new Set(CHOSEN.map(({ area }) => area))];
const baseline = await untouched.test(areas.flatMap(({ sentences, simulation }) => [sentences, simulation]));
if (baseline.failed.length > 0 || !baseline.complete) {
  say(`the tests fail without any mutant: ${baseline.failed.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
} else {
  await Promise.all(Array.from({ length: TREES }, work));
  say(`\n${CHOSEN.length - survivors.length} of ${CHOSEN.length} caught`);
  for (const rule of survivors) say(`SURVIVED, or no longer in the source: ${rule}`);
  if (survivors.length > 0) process.exitCode = 1;
}
