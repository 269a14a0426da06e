import type { Invariant } from './invariants/invariant.ts';

/** An invariant that does not hold. */
export class Violation extends Error {
  readonly invariant: Invariant['name'];

  constructor(invariant: Invariant['name'], what: string) {
    super(`${invariant}: ${what}`);
    this.name = 'Violation';
    this.invariant = invariant;
  }
}
