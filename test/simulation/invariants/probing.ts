import { isLive, isUp, type ProcessRecord } from '../../../src/core/process-state.ts';
import type { ProbeName } from '../../../src/model/vocabulary.ts';
import { hasStarted, isSign, type LiveRun, type Verdict } from '../modelled-process.ts';
import { recordIn } from '../oracle.ts';
import { firstOf, type Invariant, type Turn } from './invariant.ts';

export const oneAttempt: Invariant = {
  name: 'the attempts of a probe do not overlap',
  command: ({ world }, command) => {
    if (command.type !== 'probe') return null;
    const { live } = world.process(command.process);
    return live?.attempts.has(command.probe) === true ? `${command.process} ${command.probe}` : null;
  },
};

export const probesInTheirTime: Invariant = {
  name: 'startup is probed until it has started; liveness from then on until the stop; readiness to the end',
  command: ({ world, after }, command) => {
    if (command.type !== 'probe') return null;
    const { spec, state } = recordIn(after, command.process);
    const { live } = world.process(command.process);
    const wasOrIs = live !== null && isInTime(command.probe, spec, live, state.is === 'stopping');
    return wasOrIs ? null : `${command.probe} of ${command.process}, which is ${state.is}`;
  },
};

const isInTime = (
  probe: ProbeName,
  spec: ProcessRecord['spec'],
  live: LiveRun,
  stopping: boolean,
): boolean => {
  if (probe === 'startup') return !stopping && !hasStarted(spec, live);
  return hasStarted(spec, live) && (probe === 'readiness' || !stopping);
};

/** By its answers: a process that has started is asked again, or has said all there is to say. */
export const probingGoesOn: Invariant = {
  name: 'probing goes on as long as there is something to find out',
  turn: (turn) =>
    firstOf(turn.after.processes.values(), (record) => {
      const { live } = turn.world.process(record.spec.name);
      if (!isLive(record.state) || live === null || live.told === 'kill') return null;
      if (live.root !== null) return null;
      const silent = dueProbes(record, live).find((probe) => !isAsked(turn, record, live, probe));
      return silent === undefined ? null : `${silent} of ${record.spec.name}, which is ${record.state.is}`;
    }),
};

const dueProbes = ({ spec, state }: ProcessRecord, live: LiveRun): ProbeName[] => {
  if (live.pid === null) return [];
  if (state.is === 'starting')
    return live.verdicts.get('startup')?.holds === true ? [] : present(spec, ['startup']);
  // Not every process that stops had started before: only what has answered once is known to have been asked.
  if (state.is === 'stopping') return live.verdicts.has('readiness') ? present(spec, ['readiness']) : [];
  return present(spec, ['readiness', 'liveness']);
};

const present = (spec: ProcessRecord['spec'], probes: ProbeName[]): ProbeName[] =>
  probes.filter((probe) => spec[probe] !== null);

const isAsked = (
  { world }: Turn,
  { spec, state }: ProcessRecord,
  live: LiveRun,
  probe: ProbeName,
): boolean => {
  const target = spec[probe];
  if (live.attempts.has(probe)) return true;
  if (target !== null && isSign(target) && live.verdicts.get(probe)?.holds === true) return true;
  const timer = isLive(state) ? state.instance.probes[probe]?.next : null;
  return timer !== null && timer !== undefined && world.timers.has(timer.id);
};

export const patientWithTheUnwell: Invariant = {
  name: 'a probe kills when its threshold is reached, counted once a period, and not before',
  turn: (turn) =>
    firstOf(turn.after.processes.values(), ({ spec, state }) => {
      const was = recordIn(turn.before, spec.name).state;
      const { live } = turn.world.process(spec.name);
      if (live === null || !isUp(was)) return null;
      const verdict = live.verdicts.get('liveness');
      if (state.is === 'stopping' && state.stop.reason.kind === 'probe-failed') {
        const early = state.stop.reason.probe === 'startup' ? startupEarly : livenessEarly;
        return early(turn, spec, live) ? `${spec.name} by its ${state.stop.reason.probe} probe` : null;
      }
      const overdue = isUp(state) && verdict?.everOk === true && verdict.failures >= thresholdOf(spec);
      return overdue ? `${spec.name} is left alone` : null;
    }),
};

const thresholdOf = ({ liveness }: ProcessRecord['spec']): number => liveness?.failureThreshold ?? Infinity;

const livenessEarly = ({ now }: Turn, spec: ProcessRecord['spec'], live: LiveRun): boolean => {
  const verdict: Verdict | undefined = live.verdicts.get('liveness');
  if (verdict === undefined || spec.liveness === null) return true;
  if (verdict.failures < spec.liveness.failureThreshold) return true;
  const least = (spec.liveness.failureThreshold - 1) * spec.liveness.period;
  return !verdict.everOk && now - verdict.failingSince < least;
};

const startupEarly = ({ now }: Turn, { startup }: ProcessRecord['spec'], live: LiveRun): boolean => {
  if (startup === null) return true;
  return (
    live.pid === null || now < live.pidAt + startup.initialDelay + startup.failureThreshold * startup.period
  );
};

export const startupBudget: Invariant = {
  name: 'a start that uses up its budget is ended',
  turn: ({ after, world, now }) =>
    firstOf(after.processes.values(), ({ spec, state }) => {
      const { live } = world.process(spec.name);
      if (state.is !== 'starting' || live === null || live.pid === null || spec.startup === null) return null;
      const { initialDelay, failureThreshold, period } = spec.startup;
      const passed = live.verdicts.get('startup')?.holds === true;
      return !passed && now > live.pidAt + initialDelay + failureThreshold * period ? spec.name : null;
    }),
};
