import type { Command } from '../../../src/core/command.ts';
import type { CoreEvent } from '../../../src/core/core-event.ts';
import type { PodState } from '../../../src/core/pod-state.ts';
import type { PodSpec } from '../../../src/model/pod-spec.ts';
import type { Milliseconds } from '../../../src/model/vocabulary.ts';
import type { World } from '../world.ts';

/** One decision of the core, and the world it was made in. */
export interface Turn {
  /** What the config says when it is over. */
  readonly spec: PodSpec;
  readonly world: World;
  readonly now: Milliseconds;
  readonly event: CoreEvent;
  /** The event was too late to be of any consequence. */
  readonly late: boolean;
  /** What a reload brings is in it, waiting. */
  readonly before: PodState;
  readonly after: PodState;
  readonly commands: readonly Command[];
}

/** What is wrong, or null. */
type Verdict = string | null;

/** A rule that holds whatever happens; it may keep a memory of one pod. */
export interface Invariant {
  readonly name: string;
  /** Asked before a command is carried out. */
  readonly command?: (turn: Turn, command: Command) => Verdict;
  /** Asked when all commands of a decision have been carried out. */
  readonly turn?: (turn: Turn) => Verdict;
}

/** The first thing wrong among several. */
export const firstOf = <T>(items: Iterable<T>, check: (item: T) => Verdict): Verdict => {
  for (const item of items) {
    const wrong = check(item);
    if (wrong !== null) return wrong;
  }
  return null;
};
