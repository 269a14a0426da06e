/** Milliseconds on a clock that never goes back. */
export type Time = number;

/** A part of the data that flows in one direction. */
export interface Chunk {
  readonly is: 'chunk';
  readonly data: Buffer;
  /** Time at which it came, or at which it left the last toxic that delays. */
  readonly at: Time;
}

/** The last of a flow. A toxic closes or resets the whole connection; `end` leaves the other direction open. */
export interface End {
  readonly is: 'end';
  readonly how: 'end' | 'close' | 'reset';
}

/** The flow in one direction. */
export type Flow = Chunk | End;

/** The result of a step: what leaves, and when the next `due` is wanted. */
export interface Step<State> {
  readonly state: State;
  readonly leaves: readonly Flow[];
  readonly due: Time | null;
}

/** A toxic at work on one direction of one connection. It has no clock and no I/O. */
export interface Stage<State> {
  readonly start: (now: Time) => Step<State>;
  readonly arrive: (state: State, flow: Flow, now: Time) => Step<State>;
  /** Called at the time that the last step wanted, or later. */
  readonly due: (state: State, now: Time) => Step<State>;
  /** What it holds, once it is changed or removed. */
  readonly release: (state: State) => readonly Flow[];
  /** Bytes that it holds. */
  readonly held: (state: State) => number;
}

/** A random number from 0 up to 1. */
export type Random = () => number;
