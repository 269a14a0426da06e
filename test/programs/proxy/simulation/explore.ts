import { inspect } from 'node:util';
import fc from 'fast-check';
import { randomTakes, takeFromBuckets } from './buckets.ts';
import { changeTheRing, randomChanges } from './ring.ts';
import { randomScenario } from './scenario.ts';
import { type Happened, simulate } from './simulate.ts';
import { Violation } from './violation.ts';

export interface Exploration {
  readonly scenarios: number;
  readonly steps: number;
  readonly happened: Happened;
  readonly finding: Finding | null;
}

export interface Finding {
  readonly invariant: string;
  /** What is wrong, and the shrunk scenario that it is wrong in. */
  readonly words: string;
}

/** One scenario of a rate limit and of a hash ring for so many of a cluster, which has far more states. */
const CLUSTERS_FOR_ONE = 5;

/** Plays random scenarios until one breaks an invariant, and shrinks that one. The same seed and count do the same. */
export const explore = (seed: number, count: number): Exploration => {
  const happened: Happened = new Map();
  const play = new Player(seed);
  const few = Math.ceil(count / CLUSTERS_FOR_ONE);
  const finding =
    play.all(randomScenario, count, (scenario) => simulate(scenario, happened)) ??
    play.all(randomTakes, few, takeFromBuckets) ??
    play.all(randomChanges, few, changeTheRing);
  return { scenarios: play.scenarios, steps: play.steps, happened, finding };
};

class Player {
  scenarios = 0;
  steps = 0;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @param play gives how many steps it took */
  all<Scenario>(
    scenarios: fc.Arbitrary<Scenario>,
    count: number,
    play: (scenario: Scenario) => number,
  ): Finding | null {
    const property = fc.property(scenarios, (scenario) => {
      this.scenarios += 1;
      this.steps += play(scenario);
    });
    const { counterexample } = fc.check(property, { seed: this.#seed, numRuns: count });
    if (counterexample === null) return null;
    const [scenario] = counterexample;
    const { invariant, message } = violationIn(() => play(scenario));
    const again = `(again with SEED=${this.#seed})`;
    return { invariant, words: `${message}\n${again}\n\n${inspect(scenario, { depth: null })}` };
  }
}

const violationIn = (play: () => unknown): Violation => {
  try {
    play();
  } catch (cause) {
    if (cause instanceof Violation) return cause;
    return new Violation('nothing throws', cause instanceof Error ? `${cause.stack}` : `${cause}`);
  }
  throw new Error('what failed does not fail again: the simulation is not deterministic');
};
