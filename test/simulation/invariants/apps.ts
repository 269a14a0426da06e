import type { PodState } from '../../../src/core/pod-state.ts';
import { isUp } from '../../../src/core/process-state.ts';
import { askedUp, endedBetween, launchedAnewBy, recordIn } from '../oracle.ts';
import { firstOf, type Invariant } from './invariant.ts';

export const endTouchesNoOther: Invariant = {
  name: 'the end of an app touches no process of another app, and none that is shared',
  turn: ({ before, after, event }) => {
    const ended = endedBetween(before, after);
    if (after.stop !== null || ended.length === 0 || event.type !== 'gone') return null;
    return firstOf(before.processes, ([name, { spec, state }]) => {
      const isOf = spec.app !== null && ended.includes(spec.app.primary);
      // The very same object: pid, generation, probes and timers.
      const isTouched = isUp(state) && name !== event.process && after.processes.get(name)?.state !== state;
      return isTouched && !isOf ? name : null;
    });
  },
};

/** What is started by hand stays. */
export const endedAppsAreDown = (): Invariant => {
  const byHand = new Set<string>();
  return {
    name: 'what belongs to an app that is over is down, or on its way',
    turn: ({ before, after, event }) => {
      for (const name of [...askedUp(before, event), ...launchedAnewBy(before, event)]) byHand.add(name);
      const ended = endedBetween(before, after);
      return firstOf(after.processes.values(), ({ spec, state, desired }) => {
        if (spec.app === null || after.stop !== null) return null;
        if (ended.includes(spec.app.primary)) byHand.delete(spec.name);
        const isLeft = isUp(state) || state.is === 'pending' || state.is === 'backoff';
        const isOfEnded = after.ends.some(({ app }) => app === spec.app?.primary);
        return isOfEnded && isLeft && !(byHand.has(spec.name) && desired) ? spec.name : null;
      });
    },
  };
};

/** So shared sidecars outlive them all. */
export const podOutlivesApps: Invariant = {
  name: 'the pod goes on for as long as an app does that is wanted',
  turn: ({ before, after }) => {
    const reason = after.stop?.reason;
    if (before.stop !== null || reason === undefined) return null;
    const byEnds = reason.kind === 'primary-ended' || reason.kind === 'apps-ended';
    if (!byEnds || after.primaries.length === 1) return null;
    const going = after.primaries.find((name) => isGoing(after, name));
    return going === undefined ? null : `${going} goes on`;
  },
};

const isGoing = (pod: PodState, primary: string): boolean => {
  const { desired, spec } = recordIn(pod, primary);
  return !pod.ends.some(({ app }) => app === primary) && !spec.isSupport && (desired || spec.desired);
};
