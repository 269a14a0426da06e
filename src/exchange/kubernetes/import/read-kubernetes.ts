import { CONTAINER_ENGINES } from '../../../model/container-engines.ts';
import type { Fields, FoundPod } from '../../form/found-pod.ts';
import { Losses } from '../../form/losses.ts';
import type { Format, Source } from '../../format.ts';
import { fromSeconds } from '../../reading/durations.ts';
import { number, text } from '../../reading/read-yaml.ts';
import { reportOthers, reportWorkload } from './leftovers.ts';
import { type Manifests, manifestsIn, sorted, type Workload } from './manifests.ts';
import { type Member, membersOf } from './members.ts';
import { dependenciesOf } from './order.ts';
import { PublishedPorts } from './ports.ts';
import { processOf } from './process.ts';
import { serviceAddresses } from './services.ts';
import { type Mountable, mountablesOf } from './volumes.ts';

/** Reads manifests: the containers of their pods, with the ConfigMaps and Secrets beside them. */
const readKubernetes = (source: Source): FoundPod => {
  const losses = new Losses();
  const manifests = sorted(manifestsIn(source.text));
  const { workloads } = manifests;
  if (workloads.length === 0) throw new Error(NO_WORKLOAD);
  const { all: members, guesses, pod } = membersOf(workloads);
  const lost = losses.of(null);
  for (const workload of workloads) reportWorkload(workload, lost);
  reportOthers(manifests, lost);
  const mountables = new Map(
    workloads.map((workload) => {
      const app = members.find((member) => member.workload === workload)?.app ?? workload.name;
      const prefix = workloads.length === 1 ? '' : `${app}-`;
      return [workload, mountablesOf(workload, prefix, { manifests, source, lost })] as const;
    }),
  );
  const published = new PublishedPorts();
  const processes = members.map((member) =>
    processOf(member, {
      ...{ members, manifests, losses, published },
      services: serviceAddresses(manifests, members, member, losses.of(member.name)),
      mountables: mountables.get(member.workload) ?? new Map(),
      dependsOn: dependenciesOf(member, members),
    }),
  );
  return {
    source: source.name,
    name: pod,
    fields: { ...volumesOf([...mountables.values()]), ...stopOf(workloads) },
    processes,
    apps: members.filter(({ isApp }) => isApp).map(({ name }) => name),
    losses: losses.all,
    remarks: remarksOf(manifests, members, guesses, source),
  };
};

const NO_WORKLOAD =
  'it describes no containers: it has no Pod, Deployment, StatefulSet, DaemonSet, Job or CronJob';

const volumesOf = (mountables: ReadonlyArray<ReadonlyMap<string, Mountable>>): Fields => {
  const volumes = mountables
    .flatMap((each) => [...each.values()])
    .flatMap((each) => (each.kind === 'volume' ? [[each.label, each.fields] as const] : []));
  return volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes) };
};

/** Seconds that a pod has to end in Kubernetes, and here. */
const USUAL_GRACE = 30;
const GRACE_HERE = 10;

/** One pod has one grace: the longest. */
const stopOf = (workloads: readonly Workload[]): Fields => {
  const graces = workloads.map(({ pod }) => number(pod['terminationGracePeriodSeconds']) ?? USUAL_GRACE);
  const grace = Math.max(...graces);
  return workloads.length === 0 || grace === GRACE_HERE ? {} : { stop: { grace: fromSeconds(grace) } };
};

const remarksOf = (
  { secrets }: Manifests,
  members: readonly Member[],
  guesses: readonly string[],
  { machine }: Source,
): readonly string[] => [
  ...(guesses.length === 0 ? [] : [`that ${guesses.join(', ')} is the app is a guess: the pod ends with it`]),
  ...members
    .filter(endsLater)
    .map(({ name }) => `the pod does not wait for the end of ${name}, as Kubernetes does`),
  ...(secrets.size === 0 ? [] : ['what the secrets hold stands in the config as text']),
  ...(CONTAINER_ENGINES.some((engine) => machine.hasProgram(engine))
    ? []
    : [`it needs a container engine, and none of ${CONTAINER_ENGINES.join(', ')} is here`]),
];

/** A further container of a pod that can end. */
const endsLater = ({ role, isApp, workload: { pod } }: Member): boolean =>
  role === 'main' && !isApp && (text(pod['restartPolicy']) ?? 'Always') !== 'Always';

const MANIFEST = /^[\s{-]*["']?apiVersion["']?\s*:/m;

export const kubernetes: Format = {
  name: 'Kubernetes',
  files: [],
  recognizes: ({ file, text: content }) =>
    /\.(ya?ml|json)$/.test(file) && MANIFEST.test(content) && manifestsIn(content).length > 0,
  read: readKubernetes,
};
