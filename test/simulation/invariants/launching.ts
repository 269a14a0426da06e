import type { PodState } from '../../../src/core/pod-state.ts';
import { isLive } from '../../../src/core/process-state.ts';
import type { ProcessSpec } from '../../../src/model/pod-spec.ts';
import {
  askedUp,
  endedBetween,
  launchedAnewBy,
  lets,
  recordIn,
  requestIn,
  revivedWith,
  takesDown,
  wishAfter,
} from '../oracle.ts';
import { firstOf, type Invariant, type Turn } from './invariant.ts';

export const gatesAreSatisfied: Invariant = {
  name: 'nothing is launched before its gates hold',
  command: ({ after }, command) => {
    if (command.type !== 'launch') return null;
    const { dependsOn } = recordIn(after, command.process).spec;
    const shut = dependsOn.find((dependency) => !lets(after, dependency));
    return shut === undefined ? null : `${command.process}, before ${shut.process} is ${shut.condition}`;
  },
};

export const startsWhenItMay: Invariant = {
  name: 'what is wanted and free to go is launched at once',
  turn: ({ after }) => {
    if (after.stop !== null) return null;
    return firstOf(after.processes.values(), ({ spec, state }) =>
      state.is === 'pending' && spec.dependsOn.every((dependency) => lets(after, dependency))
        ? `${spec.name} waits for nothing`
        : null,
    );
  },
};

export const oneInstance: Invariant = {
  name: 'there is at most one live instance of a process',
  command: ({ world }, command) =>
    command.type === 'launch' && world.isLive(command.process) ? `a second ${command.process}` : null,
};

/** What could not be ended may hold its ports and files. */
export const survivorsAreAlone = (): Invariant => {
  const askedFor = new Set<string>();
  return {
    name: 'nothing is launched beside what could not be ended, unless it was asked for by name',
    command: ({ before, event, world }, command) => {
      if (command.type !== 'launch' || !world.process(command.process).survives) return null;
      const asked = requestIn(before, event);
      if (asked?.process === command.process && !takesDown(asked)) askedFor.add(command.process);
      return askedFor.has(command.process) ? null : command.process;
    },
    turn: ({ before, after, event, world }) => {
      const asked = requestIn(before, event);
      if (asked !== null && !takesDown(asked) && !world.isLive(asked.process)) askedFor.add(asked.process);
      if (event.type === 'gone' || event.type === 'timer') {
        if (event.process !== null && !world.isLive(event.process) && isLiveIn(before, event.process))
          askedFor.delete(event.process);
      }
      return firstOf(after.processes.values(), ({ spec: { name }, survivors, state }) => {
        const isLeft = world.process(name).survives && !askedFor.has(name) && !isLive(state);
        return isLeft === survivors.length > 0 ? null : `${name} has ${survivors.length} survivors`;
      });
    },
  };
};

const isLiveIn = (pod: PodState, name: string): boolean => {
  const state = pod.processes.get(name)?.state;
  return state !== undefined && isLive(state);
};

export const downInStop: Invariant = {
  name: 'nothing is launched during the stop',
  command: ({ before, after }, command) =>
    command.type === 'launch' && (before.stop !== null || after.stop !== null) ? command.process : null,
};

export const initOnce = (): Invariant => {
  const done = new Set<string>();
  return {
    name: 'an init task that has done its work runs again only when that is another, or when it is asked to',
    command: ({ before, event }, command) => {
      if (command.type !== 'launch' || !done.has(command.process)) return null;
      return launchedAnewBy(before, event).has(command.process) ? null : command.process;
    },
    turn: (turn) => {
      const { event, world } = turn;
      for (const name of launchedAnewBy(turn.before, event)) done.delete(name);
      for (const name of done) if (!turn.after.processes.has(name)) done.delete(name);
      if (event.type !== 'gone') return null;
      const { state, spec } = turn.before.processes.get(event.process) ?? {};
      if (state === undefined || spec?.role !== 'init' || isToBeAnother(turn, spec)) return null;
      // A late word of an end that has long been taken in says nothing new.
      if (!isLive(state) || state.instance.generation !== event.generation) return null;
      const { lastExit, lastTold } = world.process(event.process);
      const byItself = lastTold === 'nothing' && !wasUnhealthy(turn, event.process);
      if (lastExit?.status === 0 && byItself) done.add(event.process);
      return null;
    },
  };
};

/** Another config than it was launched from goes for it by now. */
const isToBeAnother = ({ before }: Turn, spec: ProcessSpec): boolean =>
  before.spec.processes.get(spec.name) !== spec;

/** A run that a failing probe or hook puts to an end has failed, whatever it exits with. */
const wasUnhealthy = ({ before }: Turn, name: string): boolean => {
  const { state } = recordIn(before, name);
  return state.is === 'stopping' && ['probe-failed', 'hook-failed'].includes(state.stop.reason.kind);
};

/** What goes with an app that has just ended: all of it that had not ended by itself. */
const takenDownWith = (before: PodState, after: PodState): string[] => {
  const apps = endedBetween(before, after);
  return [...after.processes.values()]
    .filter(({ spec, state, reason }) => {
      if (spec.app === null || !apps.includes(spec.app.primary)) return false;
      const isDown = state.is === 'stopped' || state.is === 'stopping';
      return isDown && (reason?.kind === 'app-ended' || reason?.kind === 'pod-stops');
    })
    .map(({ spec }) => spec.name);
};

/** The wish is what the config says, and every request since. */
export const wish = (): Invariant => {
  const desired = new Map<string, boolean>();
  const remember = ({ spec, before, after, event }: Turn): void => {
    if (desired.size === 0)
      for (const { name, desired: is } of spec.processes.values()) desired.set(name, is);
    if (event.type === 'reload' && before.stop === null) {
      for (const name of event.spec.processes.keys()) desired.set(name, wishAfter(before, event.spec, name));
    }
    const asked = requestIn(before, event);
    if (asked !== null && takesDown(asked)) desired.set(asked.process, false);
    for (const name of askedUp(before, event)) desired.set(name, true);
    for (const name of revivedWith(before, after)) desired.set(name, true);
    for (const name of takenDownWith(before, after)) desired.set(name, false);
  };
  return {
    name: 'what is wanted is what was asked for',
    turn: (turn) => {
      remember(turn);
      return firstOf(turn.after.processes.values(), (record) => {
        const { name } = record.spec;
        // In the end of the pod it makes no difference which end took it down.
        const isOver = turn.after.stop !== null && record.spec.app !== null;
        if (record.desired !== desired.get(name) && !isOver)
          return `${name} is ${record.desired ? '' : 'not '}desired`;
        const up = ['pending', 'starting', 'running', 'ready', 'backoff'].includes(record.state.is);
        return up && !record.desired ? `${name} is ${record.state.is}` : null;
      });
    },
  };
};
