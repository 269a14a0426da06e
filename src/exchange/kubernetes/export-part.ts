import { compact } from '../export/compact.ts';
import { serviceVariables, volumeVariables } from '../export/environment.ts';
import { withoutNumber } from '../export/instances.ts';
import { reportMissingHosts } from '../export/missing-hosts.ts';
import { labelOf } from '../export/names.ts';
import type { Part } from '../export/parts.ts';
import type { Pod, Process } from '../export/pod.ts';
import { CERTIFICATES_VOLUME, OWN_FOLDER, usersOfCertificates } from '../export/ready-made.ts';
import type { Losses, ReportLoss } from '../form/losses.ts';
import { filesOf } from './config-files.ts';
import { type ContainerContext, containerOf } from './container.ts';
import type { ExportOptions, Kind, Manifest } from './export-options.ts';
import { fileGroupOf } from './file-group.ts';
import { gatesOf } from './gates.ts';
import type { InsidePod } from './inside-pod.ts';
import { reportInstances } from './instances.ts';
import { reportSharedNumbers } from './network-losses.ts';
import { reportOrder } from './order.ts';
import { reportRestarts, restartPolicyOf } from './restarts.ts';
import { serviceOf } from './service.ts';
import { volumesOf } from './volumes.ts';
import { toSeconds } from './whole-seconds.ts';
import { workloadOf } from './workload.ts';

interface PartContext {
  readonly pod: Pod;
  readonly inside: InsidePod;
  readonly losses: Losses;
  readonly options: ExportOptions;
}

/** What a kubelet waits for a pod to end, in seconds, if nothing else is said. */
const USUAL_GRACE = 30;

/** Milliseconds that a container has at least, also when the grace of its pod is over. */
const MINIMUM_GRACE = 2000;

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
    grace: pod.stop.grace,
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
  const restartPolicy = restartPolicyOf(kind, part);
  const spec = compact({
    restartPolicy: restartPolicy === 'Always' ? undefined : restartPolicy,
    terminationGracePeriodSeconds: graceOf(pod, losses.of(null)),
    // A Service of the namespace would set variables such as SHOP_PORT, which mean something else to many programs.
    enableServiceLinks: false,
    securityContext: fileGroupOf(processes, losses),
    initContainers: processes.filter(({ role }) => role !== 'primary').map(container),
    containers: part.isShared ? [PAUSE] : primaries.map(container),
    volumes: [
      ...volumes.volumes,
      ...[...files.values()].flatMap((each) => each?.volume ?? []),
      ...(certified.size === 0 ? [] : [{ name: CERTIFICATES_VOLUME, emptyDir: {} }]),
    ],
  });
  const service = serviceOf(part, inside);
  const data = {
    ...Object.assign({}, ...processes.map(({ launch }) => launch.env.assumed)),
    ...serviceVariables(processes, inside),
    ...Object.fromEntries(processes.flatMap((process) => volumeVariables(process, inside))),
  };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: context.shared }, data },
    ...[...files.values()].flatMap((each) => each?.manifests ?? []),
    ...(kind === 'statefulset' ? [] : volumes.claims),
    workloadOf(kind, part, { restartPolicy, spec, claims: volumes.claims }),
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
  reportRestarts(part, kind, losses);
};

const graceOf = ({ stop }: Pod, lost: ReportLoss): number | undefined => {
  if (Number(stop.minimumGrace) !== MINIMUM_GRACE) lost("a kubelet's is 2 s", 'stop.minimumGrace');
  const grace = toSeconds(stop.grace, 'stop.grace', lost);
  return grace === USUAL_GRACE ? undefined : grace;
};
