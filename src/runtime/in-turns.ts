import type { Milliseconds } from '../model/vocabulary.ts';
import { now } from '../time/timers.ts';

/** With less, the dashboard would load before the processes of most pods are launched. */
const TURN: Milliseconds = 500;

/**
 * Calls `step` until it returns false, and then `atEnd`: in one go, except for work longer than half a second, during
 * which everything else gets its turn.
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
