import { compact } from '../export/compact.ts';
import { sharedVariables } from '../export/environment.ts';
import { withoutNumber } from '../export/instances.ts';
import { reportMissingHosts } from '../export/missing-hosts.ts';
import { labelOf } from '../export/names.ts';
import { gatesOf } from '../export/order.ts';
import type { Part } from '../export/parts.ts';
import type { Pod, Process } from '../export/pod.ts';
import { CERTIFICATES_VOLUME, OWN_FOLDER, usersOfCertificates } from '../export/ready-made.ts';
import type { Losses } from '../form/losses.ts';
import { filesOf } from './config-files.ts';
import { type ContainerContext, containerOf } from './container.ts';
import type { ExportOptions, Kind, Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';
import { reportInstances } from './instances.ts';
import { reportSharedNumbers } from './network-losses.ts';
import { reportOrder } from './order.ts';
import { seconds } from './probes.ts';
import { serviceOf } from './service.ts';
import { volumesOf } from './volumes.ts';
import { restartPolicyOf, workloadOf } from './workload.ts';

interface PartContext {
  readonly pod: Pod;
  readonly inside: InsidePod;
  readonly losses: Losses;
  readonly options: ExportOptions;
}

/** What a kubelet waits for a pod to end, in seconds, if nothing else is said. */
const USUAL_GRACE = 30;

/**
 * A part as one workload, with what it needs: init tasks as init containers, sidecars as native ones in the order of their
 * start, and the primary as the container.
 */
export const exportPart = (
  part: Part,
  { pod, inside, losses, options }: PartContext,
): readonly Manifest[] => {
  const { name } = part;
  const kind = kindOf(part, options.kind);
  reportPart(part, kind, inside, losses);
  const processes = part.replicas > 1 ? part.processes.map(withoutNumber) : part.processes;
  const files = new Map(
    processes.map((process) => [process.name, filesOf(process, name, inside, losses.of(process.name))]),
  );
  const context: ContainerContext = {
    ...{ part, inside, losses, options },
    ...{ shared: labelOf(`${name}-addresses`), secret: labelOf(`${pod.name}-environment`) },
    gates: gatesOf(processes),
  };
  const certified = usersOfCertificates(processes, losses);
  const container = (process: Process): Manifest =>
    containerOf(
      process,
      [
        ...[files.get(process.name)?.mount ?? []].flat(),
        ...(certified.has(process.name) ? [{ name: CERTIFICATES_VOLUME, mountPath: OWN_FOLDER }] : []),
      ],
      context,
    );
  const primaries = processes.filter(({ role }) => role === 'primary');
  const volumes = volumesOf(pod.name, part, kind === 'statefulset', losses);
  const spec = compact({
    restartPolicy: restartPolicyOf(kind, primaries),
    terminationGracePeriodSeconds: graceOf(pod),
    initContainers: processes.filter(({ role }) => role !== 'primary').map(container),
    containers: part.isShared ? [PAUSE] : primaries.map(container),
    volumes: [
      ...volumes.volumes,
      ...[...files.values()].flatMap((each) => each?.volume ?? []),
      ...(certified.size === 0 ? [] : [{ name: CERTIFICATES_VOLUME, emptyDir: {} }]),
    ],
  });
  const service = serviceOf(part, inside);
  const data = sharedVariables(processes, inside);
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: context.shared }, data },
    ...[...files.values()].flatMap((each) => each?.manifests ?? []),
    ...(kind === 'statefulset' ? [] : volumes.claims),
    workloadOf(kind, part, spec, volumes.claims),
    ...(service === null ? [] : [service]),
  ];
};

/** What apps share never ends by itself. */
const kindOf = ({ isShared }: Part, kind: Kind): Kind => (isShared && kind === 'job' ? 'deployment' : kind);

/** A pod needs a container that is no sidecar. This one does nothing; a kubelet has it for every pod. */
const PAUSE: Manifest = { name: 'pause', image: 'registry.k8s.io/pause:3.10' };

const reportPart = (part: Part, kind: Kind, inside: InsidePod, losses: Losses): void => {
  for (const process of part.processes) {
    reportOrder(process, part.processes, losses);
    reportMissingHosts(process, inside, losses, 'another pod');
  }
  reportSharedNumbers(part.processes, inside, losses);
  reportInstances(part, kind, inside, losses);
};

const graceOf = ({ stop }: Pod): number | undefined => {
  const grace = seconds(stop.grace);
  return grace === USUAL_GRACE ? undefined : grace;
};
