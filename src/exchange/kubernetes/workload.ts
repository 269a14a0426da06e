import { Losses } from '../form/losses.ts';
import { filesOf } from './config-files.ts';
import { type ContainerContext, containerOf, imageOf } from './container.ts';
import { sharedVariables } from './environment.ts';
import {
  compact,
  type Exported,
  type ExportOptions,
  type Kind,
  type Manifest,
  type Pod,
  type Process,
} from './export-options.ts';
import { type DeclaredPorts, InsidePod } from './inside-pod.ts';
import { labelOf, portLabels } from './names.ts';
import { seconds } from './probes.ts';
import { volumesOf } from './volumes.ts';

/** What a kubelet waits for a pod to end, in seconds, if nothing else is said. */
const USUAL_GRACE = 30;

/**
 * A pod as Kubernetes describes it: init tasks as init containers, sidecars as native ones in the order of their start,
 * and the primary as the container. The same pod gives the same manifests.
 */
export const exportKubernetes = (pod: Pod, declared: DeclaredPorts, options: ExportOptions): Exported => {
  const all = [...pod.processes.values()].filter(({ desired }) => desired);
  const problems = findProblems(all, options);
  if (problems.length > 0) return { ok: false, problems };
  const losses = new Losses();
  const inside = new InsidePod(declared);
  const name = labelOf(pod.name);
  const context: ContainerContext = {
    ...{ pod, inside, losses, images: options.images },
    ...{ shared: labelOf(`${name}-addresses`), secret: labelOf(`${name}-environment`) },
    gates: gatesOf(all),
  };
  const primaries = all.filter(({ role }) => role === 'primary');
  const files = new Map(
    all.map((process) => [process.name, filesOf(process, name, inside, losses.of(process.name))]),
  );
  const container = (process: Process): Manifest =>
    containerOf(process, files.get(process.name)?.mount ?? null, context);
  for (const process of all) reportOrder(process, primaries, losses);
  reportSharedNumbers(all, inside, losses);
  const volumes = volumesOf(pod, options.kind === 'statefulset', losses);
  const spec = compact({
    restartPolicy: restartPolicyOf(options.kind, primaries),
    terminationGracePeriodSeconds: graceOf(pod),
    initContainers: all.filter(({ role }) => role !== 'primary').map(container),
    containers: primaries.map(container),
    volumes: [...volumes.volumes, ...[...files.values()].flatMap((each) => each?.volume ?? [])],
  });
  const service = serviceOf(name, primaries, all, inside);
  const shared = sharedVariables(all, inside);
  return {
    ok: true,
    manifests: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: context.shared }, data: shared },
      ...[...files.values()].flatMap((each) => each?.manifests ?? []),
      ...(options.kind === 'statefulset' ? [] : volumes.claims),
      workload(options.kind, name, spec, volumes.claims),
      ...(service === null ? [] : [service]),
    ],
    losses: losses.all,
  };
};

/** All of them at once: each costs whoever exports a change of the config or of the command line. */
const findProblems = (all: readonly Process[], { images }: ExportOptions): readonly string[] => {
  const made = all.filter(({ origin }) => origin !== null).map(({ name }) => name);
  const bare = all.filter((process) => process.origin === null && imageOf(process, images) === null);
  const unknown = [...images.keys()].filter((name) => !all.some((process) => process.name === name));
  return [
    ...(all.some(({ app }) => app !== null)
      ? [
          'a config with several apps or instances cannot be exported yet; name one app in a config of its own',
        ]
      : []),
    ...(made.length > 0
      ? [
          `ready-made sidecars cannot be exported yet: ${made.join(', ')}; leave them out with '--without ${made.join(' --without ')}'`,
        ]
      : []),
    ...(bare.length > 0
      ? [
          `${bare.map(({ name }) => name).join(', ')}: no image; set 'image' in the config, or say ${bare.map(({ name }) => `'--image ${name}=REF'`).join(' ')}`,
        ]
      : []),
    ...unknown.map((name) => `--image ${name}: there is no process ${name}`),
  ];
};

/** Sidecars that others wait for. One that waits for the primary itself stands in front of it, and nobody waits for it. */
const gatesOf = (all: readonly Process[]): ReadonlySet<string> => {
  const primaries = new Set(all.filter(({ role }) => role === 'primary').map(({ name }) => name));
  const inFront = new Set(
    all
      .filter(({ dependsOn }) => dependsOn.some(({ process }) => primaries.has(process)))
      .map(({ name }) => name),
  );
  const awaited = all.flatMap(({ dependsOn }) =>
    dependsOn.filter(({ condition }) => condition === 'ready').map(({ process }) => process),
  );
  return new Set(awaited.filter((name) => !primaries.has(name) && !inFront.has(name)));
};

const reportOrder = ({ name, dependsOn }: Process, primaries: readonly Process[], losses: Losses): void => {
  const lost = losses.of(name);
  for (const { process, restart, required } of dependsOn) {
    if (primaries.some((primary) => primary.name === process))
      lost(`a sidecar of Kubernetes starts before ${process}, and waits for nothing of it`, 'dependsOn');
    if (restart) lost(`a kubelet restarts nothing along with ${process}`, `dependsOn.${process}.restart`);
    if (!required) lost(`a kubelet waits for ${process} without end`, `dependsOn.${process}.required`);
  }
};

const reportSharedNumbers = (all: readonly Process[], inside: InsidePod, losses: Losses): void => {
  const users = new Map<number, string>();
  for (const { name, ports } of all)
    for (const port of ports) {
      const number = inside.port(name, port.name);
      const other = users.get(number);
      users.set(number, other ?? name);
      if (other !== undefined && other !== name)
        losses.of(name)(
          `${other} listens on ${number}, too, and containers of a pod share their network`,
          `ports.${port.name}`,
        );
    }
};

const POLICIES = { always: undefined, 'on-failure': 'OnFailure', never: 'Never' } as const;

/** A Deployment and a StatefulSet start their containers again whenever these end. A Job never does after a success. */
const restartPolicyOf = (kind: Kind, [primary]: readonly Process[]): string | undefined => {
  const policy = POLICIES[primary?.restart.policy ?? 'never'];
  if (kind === 'pod') return policy;
  return kind === 'job' ? (policy ?? 'OnFailure') : undefined;
};

const graceOf = ({ stop }: Pod): number | undefined => {
  const grace = seconds(stop.grace);
  return grace === USUAL_GRACE ? undefined : grace;
};

const workload = (kind: Kind, name: string, spec: Manifest, claims: readonly Manifest[]): Manifest => {
  const labels = { 'app.kubernetes.io/name': name };
  const metadata = { name, labels };
  const template = { metadata: { labels }, spec };
  const selector = { matchLabels: labels };
  switch (kind) {
    case 'pod':
      return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
    case 'job':
      // Elsewhere, too, a pod that has failed is not started again.
      return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { backoffLimit: 0, template: { spec } } };
    case 'statefulset':
      return {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata,
        spec: compact({
          serviceName: name,
          selector,
          template,
          volumeClaimTemplates: claims.map(({ metadata: its, spec: claimed }) => ({
            metadata: its,
            spec: claimed,
          })),
        }),
      };
    case 'deployment':
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: compact({
          // Two pods at once could not have the same claim.
          strategy: claims.length > 0 ? { type: 'Recreate' } : undefined,
          selector,
          template,
        }),
      };
    default:
      return kind satisfies never;
  }
};

/** For others in the cluster: the ports of the primary, and of sidecars in front of it. */
const serviceOf = (
  name: string,
  primaries: readonly Process[],
  all: readonly Process[],
  inside: InsidePod,
): Manifest | null => {
  const inFront = all.filter(({ dependsOn }) =>
    dependsOn.some(({ process }) => primaries.some((primary) => primary.name === process)),
  );
  const open = [...primaries, ...inFront].flatMap((process) =>
    process.ports.filter((port) => port.name !== ADMIN).map((port) => ({ process, port })),
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
    spec: { selector: { 'app.kubernetes.io/name': name }, ports },
  };
};

/** The port by which a sidecar tells of itself is for its own pod. */
const ADMIN = 'admin';
