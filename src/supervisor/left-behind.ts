import type { PodState } from '../core/pod-state.ts';
import type { Survivor } from '../model/survivor.ts';
import { survivorsText } from '../report/survivors.ts';
import type { Engine } from '../runtime/engines/engine.ts';

/**
 * Says which processes of an ended pod are still there; null if there are none. `swept`: survivors of its last sweep.
 */
export const leftBehindText = (
  { processes }: PodState,
  swept: readonly Survivor[],
  engine: Pick<Engine, 'stillThere'>,
): string | null => {
  const known = [...processes.values()].flatMap(({ survivors }) => survivors);
  const byPid = new Map([...known, ...swept].map((survivor) => [survivor.pid, survivor]));
  const left = engine.stillThere([...byPid.values()]);
  return left.length === 0 ? null : `left behind: ${survivorsText(left)}`;
};
