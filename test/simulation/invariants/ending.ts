import type { PodStopReason } from '../../../src/core/reason.ts';
import { recordIn } from '../oracle.ts';
import type { Invariant, Turn } from './invariant.ts';

const POD_FAILED = 1;

interface Past {
  /** When the pod's stop began. */
  readonly primaryWasLive: boolean;
  /** The primary was last stopped by a failing probe or hook. */
  readonly unhealthy: boolean;
  /** A preStop hook may well be what ended it. */
  readonly hooked: boolean;
}

/** Worked out from the primary's end as the world saw it; no other process's exit counts. */
export const exitCodeIsThePrimarys = (): Invariant => {
  let primaryWasLive = false;
  let unhealthy = false;
  let hooked = false;
  const remember = ({ before, after, world }: Turn): void => {
    const { state, spec } = recordIn(after, after.primary);
    if (before.stop === null && after.stop !== null) primaryWasLive = world.isLive(after.primary);
    if (after.stop === null) unhealthy = false;
    if (state.is !== 'stopping') return;
    const { kind } = state.stop.reason;
    unhealthy = kind === 'probe-failed' || kind === 'hook-failed';
    hooked = spec.preStop !== null;
  };
  return {
    name: 'the exit code is the primary’s, or says that the pod failed',
    command: (turn, command) => {
      if (command.type !== 'end' || turn.after.stop === null) return null;
      const expected = expectedCode(turn, turn.after.stop.reason, { primaryWasLive, unhealthy, hooked });
      return expected === command.exitCode ? null : `${command.exitCode} instead of ${expected}`;
    },
    turn: (turn) => {
      remember(turn);
      return null;
    },
  };
};

const expectedCode = (
  { world, after }: Turn,
  reason: PodStopReason,
  { primaryWasLive, unhealthy, hooked }: Past,
): number => {
  const { lastExit, lastTold } = world.process(after.primary);
  const status = lastExit?.status ?? 0;
  switch (reason.kind) {
    case 'primary-ended':
      return status === 0 && unhealthy ? POD_FAILED : status;
    case 'requested': {
      const asTold = (hooked || lastTold !== 'nothing') && lastExit?.signal === 'SIGTERM';
      return !primaryWasLive || asTold ? 0 : status;
    }
    case 'nothing-left':
      return reason.failed.length === 0 ? 0 : POD_FAILED;
    default:
      return POD_FAILED;
  }
};

export const endsWithWhatItNeeds: Invariant = {
  name: 'the pod ends with the end for good of its primary, and of what is essential',
  turn: ({ event, late, after }) => {
    if (event.type !== 'exited' || late || after.stop !== null) return null;
    const record = after.processes.get(event.process);
    if (record === undefined) return null;
    const { spec, state, wanted } = record;
    const done =
      (state.is === 'failed' && !spec.waitsForChange) || (state.is === 'completed' && spec.role !== 'init');
    const needed = spec.role === 'primary' || spec.essential;
    return wanted && done && needed ? `${event.process} has ${state.is}` : null;
  },
};
