import { isDeepStrictEqual } from 'node:util';
import { GATE_PATIENCE } from '../../export/order.ts';
import type { FoundDependency } from '../../form/found-pod.ts';
import type { Source } from '../../format.ts';
import { number, record } from '../../reading/read-yaml.ts';
import type { Member } from './members.ts';

/**
 * What a container waits for. Init containers start one after the other, a sidecar counts when it has started, and then the
 * others start in the order of their list.
 */
export const dependenciesOf = (
  member: Member,
  members: readonly Member[],
  purpose: Source['purpose'],
): readonly FoundDependency[] => {
  const own = members.filter(({ workload }) => workload === member.workload);
  const before = own.slice(0, own.indexOf(member)).filter((other) => isAwaited(other, member, purpose));
  const previous = before.at(-1);
  if (previous === undefined) return [];
  const isAtEnd = member.isApp || (purpose === 'run' && member.role === 'main');
  if (!isAtEnd) return [waitFor(previous, purpose)];
  const isUsual = member.isApp && !before.some(({ isApp }) => isApp) && own.every(isWaitedFor);
  return purpose === 'write' && isUsual ? [] : before.map((other) => waitFor(other, purpose));
};

/** True for an app that would otherwise wait until the containers beside it are ready. They all start together. */
export const startsBesideOthers = ({ isApp, workload }: Member, members: readonly Member[]): boolean =>
  isApp && members.some((other) => other.workload === workload && other.role === 'main' && !other.isApp);

/** The containers of a pod start together; in a cluster only the hook of an earlier one holds them up. */
const isAwaited = (other: Member, { role }: Member, purpose: Source['purpose']): boolean =>
  purpose === 'write' ||
  role !== 'main' ||
  other.role !== 'main' ||
  'postStart' in record(other.data['lifecycle']);

const waitFor = (other: Member, purpose: Source['purpose']): FoundDependency => {
  if (other.role === 'init') return { process: other.name };
  return { process: other.name, condition: hasGate(other, purpose) ? 'ready' : 'started' };
};

/** An app waits by itself for init tasks, and for sidecars to be ready. */
const isWaitedFor = (member: Member): boolean =>
  member.role === 'init' || member.isApp || hasGate(member, 'write');

/** A startup probe that only repeats the readiness probe: the next container waits until this one is ready. */
export const hasGate = ({ role, data }: Member, purpose: Source['purpose']): boolean => {
  if (purpose === 'run') return false;
  const { failureThreshold, terminationGracePeriodSeconds: _, ...gate } = record(data['startupProbe']);
  const { failureThreshold: __, successThreshold: ___, ...readiness } = record(data['readinessProbe']);
  const patience = (number(gate['periodSeconds']) ?? 0) * 1000 * (number(failureThreshold) ?? 0);
  return role === 'sidecar' && patience >= GATE_PATIENCE && isDeepStrictEqual(gate, readiness);
};
