import type { DependencySpec } from '../model/pod-spec.ts';
import type { Blocker } from '../model/reason.ts';
import { type PodState, recordOf } from './pod-state.ts';
import type { ProcessRecord } from './process-state.ts';

/** `unsatisfiable`: the dependency has failed permanently, or ended in a way that can no longer satisfy the condition. */
type Gate = 'satisfied' | 'waits' | 'unsatisfiable';

/** Names of pending processes that wait for what will not come by itself. */
export type Unsatisfiable = ReadonlySet<string>;

/** Worked out in start order, so that each process is looked at once however the graph is woven. */
export const findUnsatisfiable = (pod: PodState): Unsatisfiable => {
  const unsatisfiable = new Set<string>();
  for (const { spec, state } of pod.processes.values()) {
    if (state.is !== 'pending') continue;
    if (spec.dependsOn.some((dependency) => gateOf(pod, dependency, unsatisfiable) === 'unsatisfiable'))
      unsatisfiable.add(spec.name);
  }
  return unsatisfiable;
};

/** The dependencies that keep a process from being launched now; empty when its gates hold. */
export const blockersOf = (
  pod: PodState,
  record: ProcessRecord,
  unsatisfiable = findUnsatisfiable(pod),
): Blocker[] => {
  const blockers: Blocker[] = [];
  for (const dependency of record.spec.dependsOn) {
    const gate = gateOf(pod, dependency, unsatisfiable);
    if (gate === 'satisfied') continue;
    const { process, condition } = dependency;
    blockers.push({
      process,
      condition,
      state: recordOf(pod, process).state.is,
      permanent: gate === 'unsatisfiable',
    });
  }
  return blockers;
};

export const gatesAreSatisfied = (
  pod: PodState,
  record: ProcessRecord,
  unsatisfiable: Unsatisfiable,
): boolean =>
  record.spec.dependsOn.every((dependency) => gateOf(pod, dependency, unsatisfiable) === 'satisfied');

export const isSatisfied = (pod: PodState, dependency: DependencySpec): boolean =>
  gateOf(pod, dependency, findUnsatisfiable(pod)) === 'satisfied';

const gateOf = (pod: PodState, dependency: DependencySpec, unsatisfiable: Unsatisfiable): Gate => {
  const record = recordOf(pod, dependency.process);
  const gate = conditionOf(record, dependency, unsatisfiable);
  const goesOnWithout = !dependency.required && (gate === 'unsatisfiable' || record.state.is === 'stopped');
  return goesOnWithout ? 'satisfied' : gate;
};

const conditionOf = (
  record: ProcessRecord,
  dependency: DependencySpec,
  unsatisfiable: Unsatisfiable,
): Gate => {
  switch (record.state.is) {
    case 'completed':
      return completionSatisfies(record, dependency) ? 'satisfied' : 'unsatisfiable';
    case 'ready':
      return dependency.condition === 'completed' ? 'waits' : 'satisfied';
    case 'running':
      return dependency.condition === 'started' ? 'satisfied' : 'waits';
    case 'failed':
      return record.spec.waitsForChange ? 'waits' : 'unsatisfiable';
    case 'pending':
      return unsatisfiable.has(dependency.process) ? 'unsatisfiable' : 'waits';
    case 'starting':
    case 'backoff':
    case 'stopping':
    case 'stopped':
      return 'waits';
    default:
      return record.state satisfies never;
  }
};

/** An init task that has done its work satisfies every condition; what was to stay up must not be over. */
const completionSatisfies = (record: ProcessRecord, dependency: DependencySpec): boolean =>
  dependency.condition === 'completed' || record.spec.role === 'init';

/** What a stopping process waits for before it gets its signal: those above it that are stopping too. */
export const stopsAfter = (pod: PodState, name: string): string[] =>
  (pod.graph.stopsAfter.get(name) ?? []).filter((above) => recordOf(pod, above).state.is === 'stopping');
