import { isUp, type ProcessRecord } from '../../../src/core/process-state.ts';
import type { ProcessSpec } from '../../../src/model/pod-spec.ts';
import type { Milliseconds } from '../../../src/model/vocabulary.ts';
import {
  askedUp,
  endedBetween,
  isStranded,
  launchedAnewBy,
  recordIn,
  revivedWith,
  wishAfter,
} from '../oracle.ts';
import { firstOf, type Invariant, type Turn } from './invariant.ts';

/** What is remembered of a process's ends: the place on the curve, and when it may come back. */
interface Past {
  crashes: number;
  restartedAt: Milliseconds[];
  notBefore: Milliseconds;
}

type Outcome = 'restart' | 'give-up' | 'completed' | 'failed';

const newPast = (): Past => ({ crashes: 0, restartedAt: [], notBefore: 0 });

/** The past of all processes of a pod, from what happened to them and from nothing that the core keeps. */
class Pasts {
  readonly #pasts = new Map<string, Past>();

  of(name: string): Past {
    const past = this.#pasts.get(name) ?? newPast();
    this.#pasts.set(name, past);
    return past;
  }

  /** By hand means now. */
  forget({ before, after, event }: Turn): void {
    for (const name of this.#pasts.keys()) if (!after.processes.has(name)) this.#pasts.delete(name);
    for (const name of launchedAnewBy(before, event)) this.#pasts.delete(name);
    for (const name of [...askedUp(before, event), ...revivedWith(before, after)]) {
      if (!('instance' in recordIn(before, name).state)) this.#pasts.delete(name);
    }
  }
}

const remember = (past: Past, spec: ProcessSpec, now: Milliseconds, ranFor: Milliseconds): Outcome => {
  const { restart } = spec;
  const crashes = ranFor >= restart.resetAfter ? 0 : past.crashes;
  const { limit } = restart;
  const recent = past.restartedAt.filter((at) => limit !== null && now - at < limit.within);
  if (limit !== null && recent.length >= limit.restarts) return 'give-up';
  past.restartedAt = [...recent, now];
  past.crashes = crashes + 1;
  past.notBefore = now + delayAfter(spec, crashes);
  return 'restart';
};

/** At once, then the first delay, then each `factor` times the one before, up to the longest. */
const delayAfter = ({ restart: { backoff } }: ProcessSpec, crashes: number): Milliseconds => {
  if (crashes === 0) return 0;
  let delay = backoff.initial;
  for (let crash = 1; crash < crashes; crash++) delay = Math.min(backoff.max, delay * backoff.factor);
  return Math.min(backoff.max, delay);
};

/** The process whose run ended with this event, if nobody had asked for its end. */
const unaskedEnd = ({ event, before, late }: Turn): ProcessRecord | null => {
  if (late || before.stop !== null) return null;
  const isEnd = event.type === 'gone' || (event.type === 'timer' && event.purpose === 'lost');
  if (!isEnd || event.process === null) return null;
  const record = recordIn(before, event.process);
  if (isUp(record.state)) return record;
  return record.state.is === 'stopping' && isUnasked(record.state.stop.reason.kind) && record.desired
    ? record
    : null;
};

const isUnasked = (kind: string): boolean =>
  kind === 'probe-failed' || kind === 'hook-failed' || kind === 'root-exited';

const outcomeOf = (turn: Turn, { spec, state }: ProcessRecord, past: Past): Outcome => {
  const { lastExit, lastRanFor, survives } = turn.world.process(spec.name);
  const byItself = isUp(state) || (state.is === 'stopping' && state.stop.reason.kind === 'root-exited');
  const ok = lastExit?.status === 0 && byItself;
  if (survives) return ok && spec.role === 'init' ? 'completed' : 'failed';
  const { policy } = spec.restart;
  const comesBack = policy === 'always' ? !(ok && spec.role === 'init') : policy === 'on-failure' && !ok;
  if (comesBack) return remember(past, spec, turn.now, lastRanFor);
  return ok ? 'completed' : 'failed';
};

const isWhatFollows = (
  outcome: Outcome,
  { state }: ProcessRecord,
  past: Past,
  now: Milliseconds,
): boolean => {
  if (outcome === 'completed') return state.is === 'completed';
  if (outcome !== 'restart') return state.is === 'failed';
  return past.notBefore > now ? state.is === 'backoff' : state.is === 'pending' || state.is === 'starting';
};

export const policyIsFollowed = (): Invariant => {
  const pasts = new Pasts();
  return {
    name: 'an end that nobody asked for is answered by the process’s own policy',
    turn: (turn) => {
      pasts.forget(turn);
      const ended = unaskedEnd(turn);
      if (ended === null) return null;
      const { name } = ended.spec;
      const outcome = outcomeOf(turn, ended, pasts.of(name));
      const record = recordIn(turn.after, name);
      const isTakenDown = turn.after.stop !== null || record.reason?.kind === 'app-ended';
      if (isTakenDown && record.state.is === 'stopped') return null;
      const follows = isWhatFollows(outcome, record, pasts.of(name), turn.now);
      return follows ? null : `${name} should ${outcome}, and is ${record.state.is}`;
    },
  };
};

export const backoffKeepsTheCurve = (): Invariant => {
  const pasts = new Pasts();
  return {
    name: 'the back-off is neither shorter nor longer than the curve',
    turn: (turn) => {
      pasts.forget(turn);
      const ended = unaskedEnd(turn);
      if (ended !== null) outcomeOf(turn, ended, pasts.of(ended.spec.name));
      return firstOf(turn.after.processes.values(), ({ state, spec, generation }) => {
        const { notBefore } = pasts.of(spec.name);
        if (state.is === 'backoff' && state.retry.at !== notBefore)
          return `${spec.name} until ${state.retry.at}`;
        const launched = generation > recordIn(turn.before, spec.name).generation;
        return launched && turn.now < notBefore ? `${spec.name} is back before ${notBefore}` : null;
      });
    },
  };
};

/** A process goes down for a cause of its own: its neighbours' crashes are none. */
export const onlyForCause: Invariant = {
  name: 'a process is only stopped for a cause of its own',
  turn: ({ before, after, event, spec: config }) =>
    firstOf(after.processes.values(), ({ spec, state }) => {
      if (state.is !== 'stopping' || recordIn(before, spec.name).state.is === 'stopping') return null;
      const { reason } = state.stop;
      const named =
        ('process' in event && event.process === spec.name) ||
        (event.type === 'refreshed' && launchedAnewBy(before, event).has(spec.name));
      switch (reason.kind) {
        case 'pod-stops':
          return after.stop === null ? `${spec.name}, for a stop that there is not` : null;
        case 'app-ended': {
          const isOf = spec.app?.primary === reason.app && endedBetween(before, after).includes(reason.app);
          return isOf ? null : `${spec.name}, for the end of ${reason.app}`;
        }
        case 'dependency-restarts': {
          const edges = [...spec.dependsOn, ...(config.processes.get(spec.name)?.dependsOn ?? [])];
          const follows = edges.some(({ process, restart }) => process === reason.process && restart);
          return follows ? null : `${spec.name}, with ${reason.process}`;
        }
        case 'config-changed':
          return launchedAnewBy(before, event).has(spec.name) ? null : `${spec.name}, which is the same`;
        case 'removed':
          return config.processes.has(spec.name) ? `${spec.name}, which is not` : null;
        case 'stop-requested': {
          const unwanted = event.type === 'reload' && !wishAfter(before, event.spec, spec.name);
          return named || unwanted ? null : `${spec.name}, by ${event.type}`;
        }
        case 'restart-requested':
          return named || event.type === 'restart-all' ? null : `${spec.name}, by ${event.type}`;
        default:
          return named ? null : `${spec.name}, by ${event.type}`;
      }
    }),
};

export const restartsTogether: Invariant = {
  name: 'what restarts with another goes down when that is restarted',
  turn: (turn) =>
    firstOf(turn.after.processes.values(), ({ spec, state }) => {
      if (state.is === 'stopping' || !isUp(recordIn(turn.before, spec.name).state)) return null;
      const leader = spec.dependsOn.find(({ process, restart }) => restart && isRestarted(turn, process));
      return leader === undefined ? null : `${spec.name} does not follow ${leader.process}`;
    }),
};

/** By hand, after an end, or because what it restarts with itself is restarted. */
const isRestarted = (turn: Turn, name: string): boolean => {
  const { before, after, event } = turn;
  if (launchedAnewBy(before, event).has(name)) return true;
  const { state, spec } = after.processes.get(name) ?? {};
  if (state === undefined || spec === undefined || !before.processes.has(name)) return false;
  if (unaskedEnd(turn)?.spec.name === name)
    return ['backoff', 'pending', 'starting'].includes(state.is) && !isStranded(after, spec);
  const follows = state.is === 'stopping' && state.stop.reason.kind === 'dependency-restarts';
  return follows && isUp(recordIn(before, name).state);
};
