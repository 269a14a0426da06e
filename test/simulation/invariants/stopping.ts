import type { Command } from '../../../src/core/command.ts';
import type { ProcessState } from '../../../src/core/process-state.ts';
import type { PodSpec, ProcessSpec } from '../../../src/model/pod-spec.ts';
import type { Milliseconds } from '../../../src/model/vocabulary.ts';
import { recordIn, stopsBefore } from '../oracle.ts';
import { firstOf, type Invariant, type Turn } from './invariant.ts';

/** The core gives a killed process 5 s; in the model one that can be killed goes within 10 ms. */
const LOST_AFTER: Milliseconds = 5_000;

/** When the pod's stop must be over, from what was asked for and when. */
class PodDeadline {
  graceUntil: Milliseconds | null = null;
  killedAt: Milliseconds | null = null;

  take({ before, after, event, now }: Turn): void {
    if (after.stop === null) return;
    const asked = event.type === 'stop' ? event.grace : null;
    if (before.stop === null)
      this.graceUntil = now + (event.type === 'kill' ? 0 : (asked ?? after.spec.stop.grace));
    else if (asked !== null) this.graceUntil = Math.min(this.graceUntil ?? Infinity, now + asked);
    if (event.type === 'kill') this.killedAt ??= now;
  }

  over(spec: PodSpec): Milliseconds {
    return Math.min(this.killedAt ?? Infinity, (this.graceUntil ?? Infinity) + spec.stop.minimumGrace);
  }
}

export const podStopEnds = (): Invariant => {
  const deadline = new PodDeadline();
  return {
    name: 'the stop of a pod ends within grace + minimumGrace',
    turn: (turn) => {
      deadline.take(turn);
      const { after, now, spec } = turn;
      if (after.stop === null) return null;
      const over = deadline.over(spec);
      if (now <= over) return null;
      return firstOf(after.processes.values(), ({ state, spec: { name } }) => {
        if (state.is !== 'stopping') return null;
        const killedAt = state.stop.stage.is === 'killed' ? state.stop.stage.at : null;
        if (killedAt === null || killedAt > over) return `${name} was not killed by ${over}`;
        return now > killedAt + LOST_AFTER ? `${name} is still waited for` : null;
      });
    },
  };
};

export const processStopEnds: Invariant = {
  name: 'the stop of one process ends within the longest grace that it may have, and minimumGrace',
  turn: ({ after, now, spec: pod }) =>
    firstOf(after.processes.values(), ({ state, spec }) => {
      if (state.is !== 'stopping') return null;
      // The end of its app, as that of the pod, puts it into an order that may take longer.
      const ofApp = spec.app === null ? 0 : state.stop.grace.until - pod.stop.grace;
      const since = Math.max(state.stop.requestedAt, after.stop?.requestedAt ?? 0, ofApp);
      const grace = Math.max(...gracesOf(spec), pod.stop.grace, (after.stop?.graceUntil ?? since) - since);
      const over = since + grace + pod.stop.minimumGrace + LOST_AFTER;
      return now > over ? `${spec.name} should have gone by ${over}` : null;
    }),
};

const gracesOf = ({ stop, startup, liveness }: ProcessSpec): Milliseconds[] =>
  [stop.grace, startup?.grace ?? null, liveness?.grace ?? null].filter((grace) => grace !== null);

const tellsToGo = (command: Command) =>
  command.type === 'signal' || (command.type === 'run-hook' && command.hook === 'stop')
    ? command.process
    : null;

const graceEnd = (state: ProcessState): Milliseconds =>
  state.is === 'stopping' ? state.stop.grace.until : Number.NEGATIVE_INFINITY;

export const stopOrder: Invariant = {
  name: 'a process is told to go only when all that stop before it have gone, or its grace is over',
  command: ({ after, now, world }, command) => {
    const name = tellsToGo(command);
    if (name === null || now >= graceEnd(recordIn(after, name).state)) return null;
    // The signal that follows a stop command which failed is not the first word.
    if (world.process(name).live?.toldAt !== null) return null;
    const above = [...after.processes.keys()].find(
      (other) =>
        stopsBefore(after, other, name) &&
        world.isLive(other) &&
        recordIn(after, other).state.is === 'stopping',
    );
    return above === undefined ? null : `${name} before ${above}`;
  },
};

export const ownHookFirst: Invariant = {
  name: 'a process is told to go only when its preStop hook has ended, or its grace is over',
  command: ({ after, now, world }, command) => {
    if (command.type === 'cancel-hook' && command.hook === 'preStop') {
      return now < graceEnd(recordIn(after, command.process).state)
        ? `${command.process} loses its hook`
        : null;
    }
    const name = tellsToGo(command);
    return name !== null && world.process(name).live?.hooks.has('preStop') === true ? name : null;
  },
};

export const stopGoesOn: Invariant = {
  name: 'what waits for nothing any more is told to go',
  turn: ({ after, world }) =>
    firstOf(after.processes.values(), ({ state, spec: { name } }) => {
      if (state.is !== 'stopping' || state.stop.stage.is !== 'holding') return null;
      if (world.process(name).live?.hooks.has('preStop') === true) return null;
      const waits = [...after.processes.values()].some(
        (other) => other.state.is === 'stopping' && stopsBefore(after, other.spec.name, name),
      );
      return waits ? null : name;
    }),
};

export const hooksAtOnce: Invariant = {
  name: 'a preStop hook starts with the stop, whoever is still there',
  turn: ({ before, after, commands, now, event }) =>
    firstOf(after.processes.values(), ({ state, spec }) => {
      if (state.is !== 'stopping' || recordIn(before, spec.name).state.is === 'stopping') return null;
      if (spec.preStop === null || state.stop.grace.until <= now || event.type === 'kill') return null;
      if (event.type === 'root-exited') return null;
      // No time for a hook in a stop of its own without grace, even when the pod's stop takes over at once.
      const isKilled = event.type === 'request' && event.request === 'kill' && event.process === spec.name;
      if (isKilled || (spec.stop.grace === 0 && event.type !== 'stop')) return null;
      const runs = commands.some(
        (command) =>
          command.type === 'run-hook' && command.process === spec.name && command.hook === 'preStop',
      );
      return runs ? null : spec.name;
    }),
};

/** From its signal to its kill a process has the minimum, or a grace of its own that is shorter still. */
export const minimumIsKept: Invariant = {
  name: 'nothing is killed before its grace and the minimum are over, but by a kill',
  command: ({ event, spec, world, now, after }, command) => {
    if (command.type !== 'kill' || event.type === 'kill') return null;
    if (event.type === 'request' && event.request === 'kill' && event.process === command.process)
      return null;
    const { live } = world.process(command.process);
    const { spec: process, state } = recordIn(after, command.process);
    if (live?.toldAt === undefined || live.toldAt === null) return `${command.process} was never told to go`;
    const least = Math.min(spec.stop.minimumGrace, ...gracesOf(process));
    if (now < live.toldAt + least) return `${command.process} after ${now - live.toldAt} ms`;
    // What a main process leaves behind that was told nothing has the minimum, and no more.
    if (live.root !== null && live.root.told === 'nothing') return null;
    if (gracesOf(process).length > 0 || state.is !== 'stopping') return null;
    const { requestedAt, reason, grace } = state.stop;
    const byPod = after.stop !== null && requestedAt < after.stop.requestedAt;
    const byApp = reason.kind === 'app-ended' && grace.until > requestedAt + spec.stop.grace;
    return !byPod && !byApp && now < grace.until ? `${command.process} before the end of its grace` : null;
  },
};

export const ownGraceIsTheMost: Invariant = {
  name: 'a process with a grace of its own has no more than that from its signal to its kill',
  turn: ({ after, world, now }) =>
    firstOf(after.processes.values(), ({ spec, state }) => {
      const { live } = world.process(spec.name);
      if (spec.stop.grace === null || state.is !== 'stopping' || live?.told !== 'signal') return null;
      return now > (live.toldAt ?? now) + Math.max(...gracesOf(spec)) ? spec.name : null;
    }),
};

export const signalAfterFailedCommand: Invariant = {
  name: 'a stop command that fails is followed by the signal',
  turn: ({ event, late, commands, world }) => {
    if (event.type !== 'hook-ended' || event.hook !== 'stop' || event.ok || late) return null;
    const isSignalled = commands.some(
      (command) => command.type === 'signal' && command.process === event.process,
    );
    const { live } = world.process(event.process);
    const isOver = live?.told === 'kill' || (live !== null && live.root !== null);
    return isSignalled || isOver ? null : event.process;
  },
};
