import fc from 'fast-check';
import { Coverage } from './coverage.ts';
import { ANSWERED } from './invariants/all.ts';
import { asTest, randomScenario } from './random-scenario.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { Violation } from './violation.ts';

export interface Finding {
  readonly invariant: string;
  readonly scenario: Scenario;
  /** The shrunk scenario as a test to paste, with what is wrong in it. */
  readonly words: string;
}

export interface Exploration {
  readonly pods: number;
  readonly coverage: Coverage;
  readonly finding: Finding | null;
}

/** Shrinking ends when it has found the plainest, or after this long. */
const SHRINK_AT_MOST = 10_000;

/** Plays random pods until one breaks an invariant, and shrinks that one; the same seed and count do the same. */
export const explore = (seed: number, count: number): Exploration => {
  const coverage = new Coverage();
  let pods = 0;
  let foundAt = Number.POSITIVE_INFINITY;
  const property = fc.property(randomScenario, (scenario) => {
    if (Date.now() > foundAt + SHRINK_AT_MOST) return;
    pods += 1;
    try {
      simulate(scenario, coverage);
    } catch (cause) {
      foundAt = Math.min(foundAt, Date.now());
      throw cause;
    }
  });
  const { counterexample, numRuns } = fc.check(property, { seed, numRuns: count });
  return {
    pods,
    coverage,
    finding: counterexample === null ? null : findingOf(counterexample[0], `SEED=${seed} COUNT=${numRuns}`),
  };
};

const findingOf = (scenario: Scenario, again: string): Finding => {
  const { invariant, message } = violationIn(scenario);
  return {
    invariant,
    scenario,
    words: `${message}\n(again with ${again})\n\n${asTest(scenario, invariant)}`,
  };
};

const violationIn = (scenario: Scenario): Violation => {
  try {
    simulate(scenario);
  } catch (cause) {
    return cause instanceof Violation ? cause : new Violation(ANSWERED, `${cause}`);
  }
  throw new Error('what failed in the exploration does not fail again: the simulator is not deterministic');
};
