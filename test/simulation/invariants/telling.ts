import { explain } from '../../../src/core/explain.ts';
import type { PodState } from '../../../src/core/pod-state.ts';
import type { ProcessRecord } from '../../../src/core/process-state.ts';
import type { StateName } from '../../../src/model/vocabulary.ts';
import { heldTimers } from '../../support/held-timers.ts';
import { blockersIn, isHopeless, recordIn, stopsBefore } from '../oracle.ts';
import { firstOf, type Invariant, type Turn } from './invariant.ts';

export const reportsJoinUp = (): Invariant => {
  const told = new Map<string, StateName>();
  return {
    name: 'the reports of a process join up without gaps, and end with the state it is in',
    command: ({ before }, command) => {
      if (command.type !== 'report' || command.event.type !== 'process') return null;
      const { name, state, previous } = command.event;
      const last = told.get(name) ?? firstTold(recordIn(before, name));
      told.set(name, state);
      return previous === last && state !== previous
        ? null
        : `${name}: ${last}, then ${previous} to ${state}`;
    },
    turn: ({ before, after }) => {
      for (const name of told.keys()) if (!after.processes.has(name)) told.delete(name);
      for (const name of after.processes.keys()) {
        if (!told.has(name)) told.set(name, firstTold(recordIn(before, name)));
      }
      return firstOf(after.processes.values(), ({ spec, state }) => {
        if (state.is === 'starting' && state.instance.workload === null) return null;
        const last = told.get(spec.name);
        return last === state.is
          ? null
          : `${spec.name} is ${state.is}, and ${last} was the last that was said`;
      });
    },
  };
};

/** Readers know it from the config. */
const firstTold = ({ spec }: ProcessRecord): StateName => (spec.desired ? 'pending' : 'stopped');

export const timersAreHeld: Invariant = {
  name: 'the armed timers are those that some state waits for',
  turn: ({ after, world, now }) => {
    const held = heldTimers(after);
    if (held.length !== world.timers.size) return `${held.length} held, ${world.timers.size} armed`;
    return firstOf(held, ({ id }) => {
      const timer = world.timers.get(id);
      if (timer === undefined) return `${id} is not armed`;
      return timer.at < now ? `${timer.purpose} of ${timer.process} was due at ${timer.at}` : null;
    });
  },
};

/** The answers depend on little: they are worked out anew whenever some of that has changed. */
const whenChanged = (check: (turn: Turn) => string | null): ((turn: Turn) => string | null) => {
  return (turn) => {
    const { before, after, event } = turn;
    const isNew = event.type === 'start' || event.type === 'reload';
    if (after.stop === before.stop && !isNew && !someMoved(before, after)) return null;
    return check(turn);
  };
};

const someMoved = (before: PodState, after: PodState): boolean => {
  if (before.processes.size !== after.processes.size) return true;
  for (const [name, record] of after.processes) {
    const was = before.processes.get(name);
    if (was !== record && (was === undefined || hasMoved(was, record))) return true;
  }
  return false;
};

const hasMoved = (was: ProcessRecord, is: ProcessRecord): boolean => {
  if (was.state.is !== is.state.is || was.desired !== is.desired) return true;
  return was.state.is === 'stopping' && is.state.is === 'stopping' && was.state.stop !== is.state.stop;
};

export const reasonsAreGiven: Invariant = {
  name: '`explain` names a reason for whatever is not where it is wanted',
  turn: whenChanged(({ after, event }) =>
    event.type === 'start' && after.stop === null
      ? null
      : firstOf(after.processes.values(), ({ spec, state, desired }) => {
          if (!desired || state.is === 'ready' || state.is === 'completed') return null;
          return hasReason(after, spec.name) ? null : `${spec.name} is ${state.is}`;
        }),
  ),
};

const hasReason = (pod: PodState, name: string): boolean => {
  const { state, blockers, pendingSteps, retryAt, stop, reason } = explain(pod, name);
  switch (state) {
    case 'pending':
      return blockers.length > 0;
    case 'starting':
    case 'running':
      return pendingSteps.length > 0;
    case 'backoff':
      return retryAt !== null && reason !== null;
    case 'stopping':
      return stop !== null && (stop.stage !== 'holding' || stop.hookRunning || stop.waitsFor.length > 0);
    default:
      return reason !== null;
  }
};

/** Who waits for whom, at the start and at the stop, is what the oracle finds. */
export const waitsAreTrue: Invariant = {
  name: 'who waits for whom is what follows from the specs and the states',
  turn: whenChanged(({ after }) =>
    firstOf(
      after.processes.keys(),
      (name) => waitOf(after, name) ?? holdOf(after, name) ?? stopWaitOf(after, name),
    ),
  ),
};

const waitOf = (pod: PodState, name: string): string | null => {
  const { spec, state } = recordIn(pod, name);
  const waits = state.is === 'pending' || state.is === 'backoff' ? blockersIn(pod, spec) : [];
  const { blockers } = explain(pod, name);
  const said = blockers.map(({ process }) => process);
  if (!sameNames(said, waits)) return `${name} waits for ${waits}, not for ${said}`;
  const wrong = blockers.find(
    ({ process, condition, permanent }) =>
      permanent !== isHopeless(pod, { process, condition, required: true, restart: false }),
  );
  return wrong === undefined
    ? null
    : `${name} waits for ${wrong.process} ${wrong.permanent ? '' : 'not '}for good`;
};

const holdOf = (pod: PodState, name: string): string | null => {
  const held = [...pod.processes.values()]
    .filter(
      ({ state, desired, spec }) => state.is === 'pending' && desired && blockersIn(pod, spec).includes(name),
    )
    .map(({ spec }) => spec.name);
  const said = explain(pod, name).dependents;
  return sameNames(said, held) ? null : `${name} holds back ${held}, not ${said}`;
};

const stopWaitOf = (pod: PodState, name: string): string | null => {
  const { stop } = explain(pod, name);
  if (stop?.stage !== 'holding') return null;
  const above = [...pod.processes.values()]
    .filter(({ state, spec }) => state.is === 'stopping' && stopsBefore(pod, spec.name, name))
    .map(({ spec }) => spec.name);
  return sameNames(stop.waitsFor, above) ? null : `${name} stops after ${above}, not after ${stop.waitsFor}`;
};

const sameNames = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((name) => others.includes(name));
