import { compact } from '../export/compact.ts';
import { inFrontOf } from '../export/order.ts';
import type { Part } from '../export/parts.ts';
import type { Process } from '../export/pod.ts';
import type { Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';
import { portLabels } from './port-labels.ts';

/** For others in the cluster: the ports of the primary and of sidecars in front of it, or of what apps share. */
export const serviceOf = ({ name, isShared, processes }: Part, inside: InsidePod): Manifest | null => {
  const open = (isShared ? processes : inOrder(processes)).flatMap((process) =>
    process.ports
      .filter((port) => port.name !== ADMIN || isForOthers(process, isShared))
      .map((port) => ({ process, port })),
  );
  if (open.length === 0) return null;
  const labels = portLabels(
    open.map(({ process, port }) =>
      process.role === 'primary' ? port.name : `${process.name}-${port.name}`,
    ),
  );
  const ports = open.map(({ process, port }, index) =>
    compact({
      name: labels[index],
      port: inside.port(process.name, port.name),
      protocol: port.protocol === 'udp' ? 'UDP' : undefined,
    }),
  );
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { 'app.kubernetes.io/name': name } },
    spec: { selector: { 'app.kubernetes.io/name': name }, ports: distinct(ports) },
  };
};

/** Kubernetes refuses a Service with a number twice. Two containers of a pod cannot have it either, which is told. */
const distinct = (ports: readonly Manifest[]): readonly Manifest[] =>
  ports.filter(
    ({ port, protocol }, index) =>
      ports.findIndex((other) => other['port'] === port && other['protocol'] === protocol) === index,
  );

/** The primary, and then what depends on it. */
const inOrder = (processes: readonly Process[]): readonly Process[] => [
  ...processes.filter(({ role }) => role === 'primary'),
  ...inFrontOf(processes),
];

const isForOthers = ({ role, origin }: Process, isShared: boolean): boolean =>
  origin === null && (isShared || role === 'primary');

/** The port by which a sidecar tells of itself is for its own pod. */
const ADMIN = 'admin';
