import { beforeAll, expect, test } from 'vitest';
import { inFull } from '../../../support/in-full.ts';
import { type Exploration, explore } from './explore.ts';
import { INVARIANTS } from './invariants.ts';

/**
 * The policies of the proxy under random events on a virtual clock, each invariant a test of its own.
 *
 * SEED (1) and COUNT (1,000 scenarios, and 10,000 in full) choose others; for a million steps and more:
 * `node test/programs/proxy/simulation/long.ts`.
 */
const SEED = Number(process.env['SEED'] ?? 1);
const COUNT = Number(process.env['COUNT'] ?? (inFull ? 10_000 : 1_000));

let exploration: Exploration;

beforeAll(() => {
  exploration = explore(SEED, COUNT);
}, 600_000);

test.each([...Object.values(INVARIANTS), 'nothing throws'])('%s', (name) => {
  const { finding } = exploration;
  if (finding?.invariant === name) expect.fail(finding.words);
});

test(`all this in ${COUNT} random scenarios of seed ${SEED}`, () => {
  expect(exploration.scenarios).toBeGreaterThanOrEqual(COUNT);
  expect(exploration.steps).toBeGreaterThan(COUNT * 10);
});

test.runIf(COUNT >= 1_000)('random scenarios meet every answer', () => {
  const { happened } = exploration;
  const starts = ['closed', 'half-open'].map((state) => `to an endpoint, breaker ${state}`);
  const refusals = ['open null', 'overflow null', 'none-ready endpoint', 'none-healthy null', 'not let in'];
  const verdicts = ['waits back-off', 'retries-used-up null', 'retry-overflow null'].map(
    (verdict) => `reset: ${verdict}`,
  );
  const others = [
    'waits connection',
    'connect-failure: waits endpoint',
    '503: waits',
    'ejection',
    'ejection overflow',
    'retry success',
  ];
  for (const what of [...starts, ...refusals, ...verdicts, ...others])
    expect(happened.get(what) ?? 0, what).toBeGreaterThan(0);
});
