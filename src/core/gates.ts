import type { DependencySpec } from '../model/pod-spec.ts';
import type { Blocker } from '../model/reason.ts';
import { type PodState, recordOf } from './pod-state.ts';
import type { ProcessRecord } from './process-state.ts';

/** `never`: it has failed for good, or ended in a way that can no longer satisfy the condition. */
type Gate = 'holds' | 'waits' | 'never';

/** Names of pending processes that wait for what will not come by itself. */
export type Hopeless = ReadonlySet<string>;

/** Worked out in start order, so that each process is looked at once however the graph is woven. */
export const hopelessOf = (pod: PodState): Hopeless => {
  const hopeless = new Set<string>();
  for (const { spec, state } of pod.processes.values()) {
    if (state.is !== 'pending') continue;
    if (spec.dependsOn.some((dependency) => gateOf(pod, dependency, hopeless) === 'never'))
      hopeless.add(spec.name);
  }
  return hopeless;
};

/** The dependencies that keep a process from being launched now; empty when its gates hold. */
export const blockersOf = (pod: PodState, record: ProcessRecord, hopeless = hopelessOf(pod)): Blocker[] => {
  const blockers: Blocker[] = [];
  for (const dependency of record.spec.dependsOn) {
    const gate = gateOf(pod, dependency, hopeless);
    if (gate === 'holds') continue;
    const { process, condition } = dependency;
    blockers.push({ process, condition, state: recordOf(pod, process).state.is, forGood: gate === 'never' });
  }
  return blockers;
};

export const gatesHold = (pod: PodState, record: ProcessRecord, hopeless: Hopeless): boolean =>
  record.spec.dependsOn.every((dependency) => gateOf(pod, dependency, hopeless) === 'holds');

export const holds = (pod: PodState, dependency: DependencySpec): boolean =>
  gateOf(pod, dependency, hopelessOf(pod)) === 'holds';

const gateOf = (pod: PodState, dependency: DependencySpec, hopeless: Hopeless): Gate => {
  const record = recordOf(pod, dependency.process);
  const gate = conditionOf(record, dependency, hopeless);
  const goesOnWithout = !dependency.required && (gate === 'never' || record.state.is === 'stopped');
  return goesOnWithout ? 'holds' : gate;
};

const conditionOf = (record: ProcessRecord, dependency: DependencySpec, hopeless: Hopeless): Gate => {
  switch (record.state.is) {
    case 'completed':
      return completionSatisfies(record, dependency) ? 'holds' : 'never';
    case 'ready':
      return dependency.condition === 'completed' ? 'waits' : 'holds';
    case 'running':
      return dependency.condition === 'started' ? 'holds' : 'waits';
    case 'failed':
      return record.spec.waitsForChange ? 'waits' : 'never';
    case 'pending':
      return hopeless.has(dependency.process) ? 'never' : 'waits';
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
