import type { Milliseconds } from '../model/vocabulary.ts';
import { now } from '../time/timers.ts';

/** Less would have the dashboard loaded before the processes of most pods are launched. */
const TURN: Milliseconds = 500;

/**
 * Calls `step` until it returns false, and `atEnd` then: at once, but for work that takes longer than half a second, in
 * the midst of which everything else has its turn.
 */
export const inTurns = (step: () => boolean, atEnd: () => void): void => {
  const turnEnds = now() + TURN;
  while (step()) {
    if (now() < turnEnds) continue;
    setImmediate(() => inTurns(step, atEnd));
    return;
  }
  atEnd();
};
