import { CONTAINER_ENGINES } from '../../../model/container-engines.ts';
import type { FieldPath } from '../../../model/failures/config-problem.ts';
import type { Fields, FoundPod } from '../../form/found-pod.ts';
import { Losses, type ReportLoss } from '../../form/losses.ts';
import { type SourceMistake, SourceMistakes } from '../../form/source-mistakes.ts';
import type { Format, Source } from '../../format.ts';
import { fromSeconds } from '../../reading/durations.ts';
import { type Data, number, text } from '../../reading/read-yaml.ts';
import { reportOthers, reportWorkload } from './leftovers.ts';
import { withListeners } from './listeners.ts';
import {
  documentsIn,
  isAtRest,
  isManifest,
  type Manifests,
  manifestsIn,
  nameOf,
  replicasOf,
  sorted,
  type Workload,
} from './manifests.ts';
import { type Member, membersOf } from './members.ts';
import { refusedOf } from './mistakes.ts';
import { type DeclaredPort, publishedPorts } from './ports.ts';
import { processOf } from './process.ts';
import { VolumeOwners } from './volume-owners.ts';
import { type Mountable, mountablesOf } from './volumes.ts';

/**
 * Reads manifests: the containers of their pods, with the ConfigMaps and Secrets beside them. What an API server would
 * refuse, and what a kubelet would wait for without an end, is an error where they run at once.
 */
const readKubernetes = (source: Source): FoundPod => {
  const losses = new Losses();
  const lost = losses.of(null);
  const written = documentsIn(source.text);
  const documents = written.filter(isManifest);
  const mistakes = [...mistakesIn(documents, source, lost), ...strangersIn(written, source)];
  const all = sorted(documents);
  if (all.workloads.length === 0) throw new Error(noWorkload(documents));
  throwFor(mistakes);
  const manifests = source.purpose === 'write' ? all : withoutResting(all, lost);
  const { workloads } = manifests;
  const missing = (process: string | null): ReportLoss =>
    source.purpose === 'write'
      ? losses.of(process)
      : (why, field) => mistakes.push({ path: placeOf(process, field), message: `${why}.` });
  const found = membersOf(workloads, source.purpose);
  const { members, assumptions } = withListeners(found.all, manifests);
  for (const workload of workloads) reportWorkload(workload, lost);
  reportOthers(manifests, lost);
  const owners = new VolumeOwners(members, workloads, found.pod);
  const context = { manifests, source, lost, missing: missing(null) };
  const mountables = new Map(
    workloads.map((workload) => [workload, mountablesOf(workload, owners, context)] as const),
  );
  const volumes = volumesOf([...mountables.values()]);
  const published = publishedPorts(
    members.flatMap((member) =>
      member.ports.map((port) => ({ port, isAny: isAnyNumber(member, port, workloads, source) })),
    ),
  );
  const processes = members.map((member) =>
    processOf(member, {
      ...{ members, manifests, losses, published, source, missing },
      mountables: mountables.get(member.workload) ?? new Map(),
    }),
  );
  throwFor(mistakes);
  return {
    source: source.name,
    name: found.pod,
    fields: { ...volumes.shared, ...stopOf(workloads) },
    ownVolumes: volumes.own,
    processes,
    apps: members.filter(({ isApp }) => isApp).map(({ name }) => name),
    losses: losses.all,
    remarks: [...remarksOf(manifests, members, found.guesses, source), ...assumptions],
  };
};

/** What runs at once takes the numbers that are free. Others only name the app of a workload, and not its sidecars. */
const isAnyNumber = (
  { isApp, workload }: Member,
  { onHost }: DeclaredPort,
  workloads: readonly Workload[],
  { purpose }: Source,
): boolean => {
  if (replicasOf(workload) > 1) return true;
  return purpose === 'run' && onHost === undefined && (isApp || workloads.length === 1);
};

/** Where a config is written, a misspelled field is only lost. */
const mistakesIn = (documents: readonly Data[], { purpose }: Source, lost: ReportLoss): SourceMistake[] => {
  const { mistakes, unknown } = refusedOf(documents);
  for (const field of unknown) lost('Kubernetes 1.34 has no such field', field);
  return purpose === 'run' ? [...mistakes] : [];
};

/** Documents that do not say what they are. */
const strangersIn = (documents: readonly Data[], { purpose }: Source): readonly SourceMistake[] =>
  purpose === 'write'
    ? []
    : documents.flatMap((document) => {
        if (isManifest(document)) return [];
        const missing = ['apiVersion', 'kind'].filter((field) => document[field] === undefined);
        const [first = ''] = Object.keys(document);
        const message = `the document that begins with '${first}' has no ${missing.join(' and no ')}.`;
        return [{ path: [], message }];
      });

const throwFor = (mistakes: readonly SourceMistake[]): void => {
  if (mistakes.length > 0) throw new SourceMistakes(mistakes);
};

/** @throws {SourceMistakes} if nothing of the file runs */
const withoutResting = (manifests: Manifests, lost: ReportLoss): Manifests => {
  const { resting = [], running = [] } = Object.groupBy(manifests.workloads, (workload) =>
    isAtRest(workload) ? 'resting' : 'running',
  );
  const replicasOfIt = ({ kind, name }: Workload): FieldPath => [
    kind,
    name,
    'spec',
    kind === 'Job' ? 'parallelism' : 'replicas',
  ];
  if (running.length === 0)
    throwFor(
      resting.map((each) => ({
        path: replicasOfIt(each),
        message: 'it is 0, and nothing else runs: write 1.',
      })),
    );
  for (const each of resting) lost('it is 0, so it does not run', replicasOfIt(each).join('.'));
  return { ...manifests, workloads: running };
};

const placeOf = (container: string | null, field = ''): FieldPath => [
  ...(container === null ? [] : ['containers', container]),
  ...field.split('.').filter((key) => key !== ''),
];

const noWorkload = (documents: readonly Data[]): string => {
  const others = documents.map((document) => `${text(document['kind'])} ${nameOf(document)}`.trim());
  const only = others.length === 0 ? '' : `, only ${others.join(', ')}`;
  return `it describes no containers: it has no Pod, Deployment, StatefulSet, DaemonSet, Job or CronJob${only}`;
};

interface Volumes {
  readonly shared: Fields;
  /** By the name of their app. */
  readonly own: ReadonlyMap<string, Fields>;
}

const volumesOf = (mountables: ReadonlyArray<ReadonlyMap<string, Mountable>>): Volumes => {
  const all = mountables.flatMap((each) => [...each.values()]).filter((each) => each.kind === 'volume');
  const byApp = Map.groupBy(all, ({ app }) => app);
  const fieldsOf = (some: typeof all): Fields =>
    Object.fromEntries(some.map(({ label, fields }) => [label, fields]));
  const shared = fieldsOf(byApp.get(null) ?? []);
  return {
    shared: Object.keys(shared).length === 0 ? {} : { volumes: shared },
    own: new Map([...byApp].flatMap(([app, some]) => (app === null ? [] : [[app, fieldsOf(some)] as const]))),
  };
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
  { machine, purpose }: Source,
): readonly string[] => [
  ...(guesses.length === 0 ? [] : [`that ${guesses.join(', ')} is the app is a guess: the pod ends with it`]),
  ...members
    .filter(endsLater)
    .map(({ name }) => `the pod does not wait for the end of ${name}, as Kubernetes does`),
  ...(purpose === 'run' ? [] : remarksOfConfig(secrets.size > 0, machine)),
];

const remarksOfConfig = (hasSecrets: boolean, machine: Source['machine']): readonly string[] => [
  ...(hasSecrets ? ['what the secrets hold stands in the config as text'] : []),
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
