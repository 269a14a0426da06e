import { isDeepStrictEqual } from 'node:util';
import { GATE_PATIENCE } from '../../export/order.ts';
import type { FoundDependency } from '../../form/found-pod.ts';
import { number, record } from '../../reading/read-yaml.ts';
import type { Member } from './members.ts';

/**
 * What a container waits for. Init containers start one after the other, a sidecar counts when it has started, and then the
 * others start in the order of their list.
 */
export const dependenciesOf = (member: Member, members: readonly Member[]): readonly FoundDependency[] => {
  const own = members.filter(({ workload }) => workload === member.workload);
  const before = own.slice(0, own.indexOf(member));
  const previous = before.at(-1);
  if (previous === undefined) return [];
  if (!member.isApp) return [waitFor(previous)];
  return isUsual(own) ? [] : before.map(waitFor);
};

const waitFor = (other: Member): FoundDependency => {
  if (other.role === 'init') return { process: other.name };
  return { process: other.name, condition: hasGate(other) ? 'ready' : 'started' };
};

/** An app waits by itself for init tasks, and for sidecars to be ready. */
const isUsual = (own: readonly Member[]): boolean =>
  own.every((member) => member.role === 'init' || member.isApp || hasGate(member));

/** A startup probe that only repeats the readiness probe: the next container waits until this one is ready. */
export const hasGate = ({ role, data }: Member): boolean => {
  const { failureThreshold, terminationGracePeriodSeconds: _, ...gate } = record(data['startupProbe']);
  const { failureThreshold: __, successThreshold: ___, ...readiness } = record(data['readinessProbe']);
  const patience = (number(gate['periodSeconds']) ?? 0) * 1000 * (number(failureThreshold) ?? 0);
  return role === 'sidecar' && patience >= GATE_PATIENCE && isDeepStrictEqual(gate, readiness);
};
