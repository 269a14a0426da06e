/** Milliseconds of a clock that never goes back. */
type Time = number;

/** How long changes are gathered. */
export interface Wait {
  /** Time without a change that ends it. */
  readonly min: Time;
  /** The longest that a change waits. */
  readonly max: Time;
}

/** Changes that are gathered before they are acted on; `null`: there are none. */
export type Gathered = { readonly first: Time; readonly last: Time } | null;

export const changed = (gathered: Gathered, now: Time): Gathered => ({
  first: gathered?.first ?? now,
  last: now,
});

/** The time to act: changes that never cease do not put it off for ever. `null`: nothing has changed. */
export const dueAt = (gathered: Gathered, { min, max }: Wait): Time | null =>
  gathered === null ? null : Math.min(gathered.last + min, gathered.first + max);
