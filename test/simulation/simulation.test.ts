import { beforeAll, expect, test } from 'vitest';
import { inFull } from '../support/in-full.ts';
import { type Exploration, explore } from './explore.ts';
import { INVARIANT_NAMES } from './invariants/all.ts';

/**
 * Random pods with random events on a virtual clock, each invariant a test of its own.
 *
 * SEED (1) and COUNT (4,000, and 20,000 in full) choose others; for many more, in two threads: `node test/simulation/long.ts`.
 */
const SEED = Number(process.env['SEED'] ?? 1);
const COUNT = Number(process.env['COUNT'] ?? (inFull ? 20_000 : 4_000));

let exploration: Exploration;

beforeAll(() => {
  exploration = explore(SEED, COUNT);
}, 600_000);

test.each(INVARIANT_NAMES)('%s', (name) => {
  const { finding } = exploration;
  if (finding?.invariant === name) expect.fail(finding.words);
});

test(`all this in ${COUNT} random pods of seed ${SEED}`, () => {
  expect(exploration.pods).toBeGreaterThanOrEqual(COUNT);
});
