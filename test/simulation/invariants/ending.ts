import { isUp } from '../../../src/core/process-state.ts';
import type { PodStopReason } from '../../../src/model/reason.ts';
import { endedBetween, recordIn } from '../oracle.ts';
import type { Invariant, Turn } from './invariant.ts';

const POD_FAILED = 1;

/** What is remembered of a primary, from what happened to it and from nothing that the core keeps. */
interface Past {
  /** It was there when the pod's stop began. */
  wasLive: boolean;
  /** It was last stopped by a failing probe or hook. */
  unhealthy: boolean;
  /** A preStop hook may well be what ended it. */
  hooked: boolean;
}

class Pasts {
  readonly #pasts = new Map<string, Past>();

  of(name: string): Past {
    const past = this.#pasts.get(name) ?? { wasLive: false, unhealthy: false, hooked: false };
    this.#pasts.set(name, past);
    return past;
  }

  take({ before, after, world }: Turn): void {
    const stops = before.stop === null && after.stop !== null;
    for (const name of after.primaries) {
      const past = this.of(name);
      const { state, spec } = recordIn(after, name);
      if (stops) past.wasLive = world.isLive(name);
      if (after.stop === null) past.unhealthy = false;
      if (isUp(state)) past.hooked = false;
      if (state.is !== 'stopping') continue;
      const { kind } = state.stop.reason;
      past.unhealthy = kind === 'probe-failed' || kind === 'hook-failed';
      if (world.process(name).live?.root === null) past.hooked = spec.preStop !== null;
    }
  }
}

/** Worked out from the primaries' ends as the world saw them; no other process's exit counts. */
export const exitCodeIsThePrimarys = (): Invariant => {
  const pasts = new Pasts();
  /** Of apps that are over while others go on, in the order of their ends. */
  const codes = new Map<string, number>();
  const remember = (turn: Turn): void => {
    const { before, after } = turn;
    for (const app of codes.keys()) if (!after.ends.some((end) => end.app === app)) codes.delete(app);
    for (const app of endedBetween(before, after)) {
      codes.delete(app);
      codes.set(app, codeOfEnd(turn, app, pasts.of(app)));
    }
  };
  return {
    name: 'the exit code is that of the first primary that failed, or says that the pod failed',
    command: (turn, command) => {
      if (command.type !== 'end' || turn.after.stop === null) return null;
      remember(turn);
      pasts.take(turn);
      const expected = expectedCode(turn, turn.after.stop.reason, { pasts, codes: counting(turn, codes) });
      return expected === command.exitCode ? null : `${command.exitCode} instead of ${expected}`;
    },
    turn: (turn) => {
      remember(turn);
      pasts.take(turn);
      return null;
    },
  };
};

/** Its primary's, when that is what has just ended; else the app could not go on. */
const codeOfEnd = ({ world, event, before, after }: Turn, app: string, { unhealthy }: Past): number => {
  const isDone = ['completed', 'failed'].includes(recordIn(after, app).state.is);
  const isItsEnd = (event.type === 'gone' || event.type === 'timer') && event.process === app && isDone;
  // What somebody had asked to stop ends no app, whatever of it goes with its end.
  if (!isItsEnd || before.processes.get(app)?.desired !== true) return POD_FAILED;
  const status = world.process(app).lastExit?.status ?? 0;
  return status === 0 && unhealthy ? POD_FAILED : status;
};

/** What only supports another app counts where nothing else does. */
const counting = ({ after }: Turn, codes: ReadonlyMap<string, number>): readonly number[] => {
  const own = [...codes].filter(([app]) => !recordIn(after, app).spec.isSupport);
  return (own.length > 0 ? own : [...codes]).map(([, code]) => code);
};

interface Memory {
  readonly pasts: Pasts;
  readonly codes: readonly number[];
}

const expectedCode = (turn: Turn, reason: PodStopReason, { pasts, codes }: Memory): number => {
  switch (reason.kind) {
    case 'primary-ended': {
      if (codes.length > 0) return firstFailure(codes);
      const status = turn.world.process(reason.process).lastExit?.status ?? 0;
      return status === 0 && pasts.of(reason.process).unhealthy ? POD_FAILED : status;
    }
    case 'apps-ended':
      return firstFailure(codes);
    case 'requested':
      return firstFailure([...codes, ...codesOfStopped(turn, pasts)]);
    case 'nothing-left':
      return reason.failed.length === 0 ? 0 : POD_FAILED;
    default:
      return POD_FAILED;
  }
};

const firstFailure = (codes: readonly number[]): number => codes.find((code) => code !== 0) ?? 0;

const codesOfStopped = ({ after, world }: Turn, pasts: Pasts): number[] =>
  after.primaries
    .filter((name) => pasts.of(name).wasLive && !recordIn(after, name).spec.isSupport)
    // Of those that end at the same time the one that starts earlier counts.
    .toSorted((one, other) => world.process(one).endedAt - world.process(other).endedAt)
    .map((name) => {
      const { lastExit, lastTold } = world.process(name);
      const asTold = (pasts.of(name).hooked || lastTold !== 'nothing') && lastExit?.status === 143;
      return asTold ? 0 : (lastExit?.status ?? 0);
    });

export const endsWithWhatItNeeds: Invariant = {
  name: 'an app, or the pod, ends with the end for good of its primary, and of what is essential',
  turn: ({ event, late, after }) => {
    if (event.type !== 'gone' || late || after.stop !== null) return null;
    const record = after.processes.get(event.process);
    if (record === undefined) return null;
    const { spec, state, desired } = record;
    const done =
      (state.is === 'failed' && !spec.waitsForChange) || (state.is === 'completed' && spec.role !== 'init');
    const needed = spec.role === 'primary' || spec.essential;
    if (!desired || !done || !needed) return null;
    const app = spec.app?.primary;
    return after.ends.some((end) => end.app === app) ? null : `${event.process} has ${state.is}`;
  },
};
