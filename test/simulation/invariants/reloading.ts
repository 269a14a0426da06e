import { isLive, isUp } from '../../../src/core/process-state.ts';
import { endedBetween, launchedAnewBy, wishAfter } from '../oracle.ts';
import { firstOf, type Invariant, type Turn } from './invariant.ts';

export const untouchedKeepIdentity: Invariant = {
  name: 'a reload leaves the processes alone that it does not concern',
  turn: (turn) => {
    const { before, after, event, spec } = turn;
    if (event.type !== 'reload' || before.stop !== null || after.stop !== null) return null;
    const concerned = launchedAnewBy(before, event);
    return firstOf(before.processes, ([name, { state }]) => {
      if (hasEnded(turn, name)) return null;
      const stays = spec.processes.has(name) && wishAfter(before, event.spec, name) && !concerned.has(name);
      // The very same object: pid, generation, probes and timers.
      return !stays || !isUp(state) || after.processes.get(name)?.state === state ? null : name;
    });
  },
};

/** A reload may well leave an app without what it cannot do without. */
const hasEnded = ({ before, after }: Turn, name: string): boolean => {
  const app = after.processes.get(name)?.spec.app?.primary;
  return app !== undefined && endedBetween(before, after).includes(app);
};

export const concernedAreRelaunched: Invariant = {
  name: 'what a reload concerns is launched anew',
  turn: (turn) => {
    const { before, after, event } = turn;
    if (event.type !== 'reload' || before.stop !== null || after.stop !== null) return null;
    return firstOf(launchedAnewBy(before, event), (name) => {
      if (hasEnded(turn, name)) return null;
      const state = after.processes.get(name)?.state;
      const was = before.processes.get(name)?.state;
      const is = state?.is ?? 'gone';
      const isOnItsWay = is === 'stopping' || (was !== undefined && !isLive(was) && is !== 'backoff');
      const isOver = is === 'completed' || is === 'failed' || is === 'stopped';
      return isOnItsWay && !isOver ? null : `${name} is ${is}`;
    });
  },
};

export const configIsFollowed: Invariant = {
  name: 'what is up is what the config says, and what is down has nothing of an earlier one',
  turn: ({ after, spec }) => {
    if (after.stop !== null) return null;
    const missing = [...spec.processes.keys()].find((name) => !after.processes.has(name));
    if (missing !== undefined) return `${missing} is missing`;
    return firstOf(after.processes.values(), (record) => {
      const { name } = record.spec;
      if (record.state.is === 'stopping' || record.spec === spec.processes.get(name)) return null;
      return `${name}, which is ${record.state.is}`;
    });
  },
};

export const reloadIgnoredInStop: Invariant = {
  name: 'a reload or a change during the stop is ignored',
  turn: ({ before, after, event, commands }) => {
    const isOne = event.type === 'reload' || event.type === 'change' || event.type === 'refreshed';
    return isOne &&
      before.stop !== null &&
      (before !== after || commands.some(({ type }) => type !== 'reply'))
      ? event.type
      : null;
  },
};
