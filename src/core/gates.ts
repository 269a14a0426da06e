import type { DependencySpec } from '../model/pod-spec.ts';
import type { Blocker } from '../model/reason.ts';
import { type PodState, recordOf } from './pod-state.ts';
import type { ProcessRecord } from './process-state.ts';

/** `unsatisfiable`: the dependency has failed permanently, or ended in a way that can no longer satisfy the condition. */
type Gate = 'satisfied' | 'waits' | 'unsatisfiable';

/** Names of pending processes whose dependencies will never be satisfied without intervention. */
type Unsatisfiable = ReadonlySet<string>;

/** Goes through the processes in start order, so that each is looked at once, whatever the graph's shape. */
export const findUnsatisfiable = (pod: PodState): Unsatisfiable => {
  const unsatisfiable = new Set<string>();
  for (const { spec, state } of pod.processes.values()) {
    if (state.is !== 'pending') continue;
    if (spec.dependsOn.some((dependency) => gateOf(pod, dependency, unsatisfiable) === 'unsatisfiable'))
      unsatisfiable.add(spec.name);
  }
  return unsatisfiable;
};

/** Dependencies that keep a process from being launched now; empty when its gate is satisfied. */
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

/** A completed init task satisfies every condition; any other process satisfies only `completed`. */
const completionSatisfies = (record: ProcessRecord, dependency: DependencySpec): boolean =>
  dependency.condition === 'completed' || record.spec.role === 'init';

/** Processes that must be gone before a stopping process gets its signal: the dependents that are stopping too. */
export const stopsAfter = (pod: PodState, name: string): string[] =>
  (pod.graph.stopsAfter.get(name) ?? []).filter((above) => recordOf(pod, above).state.is === 'stopping');
