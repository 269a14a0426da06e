// Breaks the core on purpose, one rule at a time, in a copy of the tree, and says which tests notice: `npm run mutants`.
// Exits with 1 when one survives, or when what it would break no longer stands in the source.
import { CopiedTree, type FailedTest } from './copied-tree.ts';
import { MUTANTS, type Mutant } from './mutants.ts';

const SIMULATION = 'test/simulation/simulation.test.ts';
const SENTENCES = 'test/core/';
/** One for each of the cores that a small machine has. */
const TREES = 2;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** The tests that noticed; none: the mutant lives, or is none any more. */
const findCatchers = async (tree: CopiedTree, mutant: Mutant): Promise<readonly FailedTest[]> => {
  const run = await tree.testMutant(mutant, [`${SENTENCES}${mutant.test}`, SIMULATION]);
  if (run === null || run.failed.length > 0) return run?.failed ?? [];
  return (await tree.testMutant(mutant, [SENTENCES]))?.failed ?? [];
};

const wordsFor = (mutant: Mutant, caught: readonly FailedTest[]): string => {
  const first = (simulated: boolean) => caught.find((test) => test.simulated === simulated)?.name ?? '-';
  return [
    `${caught.length === 0 ? 'SURVIVED' : 'caught'}  ${mutant.rule} (${mutant.file})`,
    `    sentence:  ${first(false)}`,
    `    invariant: ${first(true)}`,
  ].join('\n');
};

const survivors: string[] = [];
const queue = [...MUTANTS];

const work = async (): Promise<void> => {
  await using tree = await CopiedTree.create();
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const caught = await findCatchers(tree, mutant);
    if (caught.length === 0) survivors.push(mutant.rule);
    say(wordsFor(mutant, caught));
  }
};

await using untouched = await CopiedTree.create();
const baseline = await untouched.test([SENTENCES, SIMULATION]);
if (baseline.failed.length > 0 || !baseline.complete) {
  say(`the tests fail without any mutant: ${baseline.failed.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
} else {
  await Promise.all(Array.from({ length: TREES }, work));
  say(`\n${MUTANTS.length - survivors.length} of ${MUTANTS.length} caught`);
  for (const rule of survivors) say(`SURVIVED, or no longer in the source: ${rule}`);
  if (survivors.length > 0) process.exitCode = 1;
}
