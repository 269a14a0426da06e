import type { CoreEvent } from '../../src/core/core-event.ts';
import type { DependencySpec, PodSpec, ProcessSpec } from '../../src/core/pod-spec.ts';
import type { PodState } from '../../src/core/pod-state.ts';
import { isUp, type ProcessRecord } from '../../src/core/process-state.ts';

/** What follows from the specs and the bare states, worked out from nothing and in the plainest way. */

export const recordIn = (pod: PodState, name: string): ProcessRecord => {
  const record = pod.processes.get(name);
  if (record === undefined) throw new Error(`no process ${name}`);
  return record;
};

/** Whether a dependency lets the process above it start. */
export const lets = (pod: PodState, dependency: DependencySpec): boolean => {
  const below = recordIn(pod, dependency.process);
  if (isSatisfied(below, dependency)) return true;
  return !dependency.required && (below.state.is === 'stopped' || isHopeless(pod, dependency));
};

const isSatisfied = ({ state, spec }: ProcessRecord, { condition }: DependencySpec): boolean => {
  const done = state.is === 'completed';
  if (condition === 'completed') return done;
  if (done) return spec.role === 'init';
  return state.is === 'ready' || (condition === 'started' && state.is === 'running');
};

/** It will not come by itself. */
export const isHopeless = (pod: PodState, dependency: DependencySpec): boolean => {
  const below = recordIn(pod, dependency.process);
  if (isSatisfied(below, dependency)) return false;
  if (below.state.is === 'failed' || below.state.is === 'completed') return true;
  return below.state.is === 'pending' && isStranded(pod, below.spec);
};

const isStranded = (pod: PodState, spec: ProcessSpec): boolean =>
  spec.dependsOn.some((dependency) => dependency.required && isHopeless(pod, dependency));

export const blockersIn = (pod: PodState, { dependsOn }: ProcessSpec): string[] =>
  dependsOn.filter((dependency) => !lets(pod, dependency)).map(({ process }) => process);

/** Whether `above` has to be gone before `below` is told to go. */
export const stopsBefore = (spec: PodSpec, above: string, below: string): boolean => {
  if (above === below) return false;
  if (standsOn(spec, above, below)) return true;
  const primary = [...spec.processes.values()].find(({ role }) => role === 'primary')?.name ?? '';
  const isSupport = spec.processes.get(below)?.role === 'sidecar' && !standsOn(spec, below, primary);
  return isSupport && (above === primary || standsOn(spec, above, primary));
};

const standsOn = (spec: PodSpec, above: string, below: string): boolean =>
  (spec.processes.get(above)?.dependsOn ?? []).some(
    ({ process }) => process === below || standsOn(spec, process, below),
  );

export type Request = Extract<CoreEvent, { readonly type: 'request' }>;

/** The request that an event makes of a pod, unless it is one that cannot be carried out. */
export const requestIn = (pod: PodState, event: CoreEvent): Request | null => {
  if (event.type !== 'request' || pod.stop !== null) return null;
  const record = pod.processes.get(event.process);
  if (record === undefined) return null;
  const ran = record.spec.role === 'init' && record.state.is === 'completed';
  return ran && !takesDown(event) ? null : event;
};

/** What an event asks to have up: one process, or all that are up, and what these need. */
export const askedUp = (pod: PodState, event: CoreEvent): string[] => {
  const asked = requestIn(pod, event);
  if (asked !== null) return takesDown(asked) ? [] : startedWith(pod, asked.process);
  return restartedIn(pod, event).flatMap((name) => startedWith(pod, name));
};

/** The processes that an event restarts by name. */
export const restartedIn = (pod: PodState, event: CoreEvent): string[] => {
  const asked = requestIn(pod, event);
  if (asked !== null) return asked.request === 'restart' ? [asked.process] : [];
  if (event.type !== 'restart-all' || pod.stop !== null) return [];
  return [...pod.processes.values()]
    .filter(({ state }) => isUp(state) || state.is === 'backoff')
    .map(({ spec }) => spec.name);
};

/** Whether what is asked for is to stay down. */
export const takesDown = ({ request }: Request): boolean => request === 'stop' || request === 'kill';

/** A process and all that has to be started with it. */
export const startedWith = (pod: PodState, name: string): string[] => [
  name,
  ...recordIn(pod, name)
    .spec.dependsOn.filter((dependency) => dependency.required && !lets(pod, dependency))
    .flatMap(({ process }) => startedWith(pod, process)),
];
