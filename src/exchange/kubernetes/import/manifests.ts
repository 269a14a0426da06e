import { isUtf8 } from 'node:buffer';
import { type Data, list, number, readYamlDocuments, record, text } from '../../reading/read-yaml.ts';

/** What a file describes: what runs, and what it refers to. */
export interface Manifests {
  readonly workloads: readonly Workload[];
  readonly services: readonly Data[];
  /** Contents by name of the ConfigMap. */
  readonly configMaps: ReadonlyMap<string, Contents>;
  readonly secrets: ReadonlyMap<string, Contents>;
  /** Everything else. */
  readonly others: readonly Data[];
  /** Contents that are no text. */
  readonly binary: readonly string[];
}

export type Contents = ReadonlyMap<string, string>;

export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Its own fields, beside the pod's. */
  readonly spec: Data;
  /** The `metadata` of its pods. */
  readonly metadata: Data;
  readonly pod: Data;
}

/** Documents of Kubernetes in a file, with those of its lists. */
export const manifestsIn = (content: string): readonly Data[] => documentsIn(content).filter(isManifest);

/** All documents of a file, with those of its lists. */
export const documentsIn = (content: string): readonly Data[] =>
  readYamlDocuments(content)
    .map(record)
    .flatMap((document) => (isList(document) ? list(document['items']).map(record) : [document]));

export const isManifest = (document: Data): boolean =>
  text(document['kind']) !== undefined && 'apiVersion' in document;

const isList = ({ kind }: Data): boolean => typeof kind === 'string' && kind.endsWith('List');

export const sorted = (documents: readonly Data[]): Manifests => {
  const ofKind = (kind: string) => documents.filter((document) => document['kind'] === kind);
  const workloads = documents.flatMap((document) => workloadOf(document) ?? []);
  return {
    workloads,
    services: ofKind('Service'),
    configMaps: new Map(
      ofKind('ConfigMap').map((map) => [nameOf(map), contents(map['data'], map['binaryData'])]),
    ),
    secrets: new Map(
      ofKind('Secret').map((secret) => [nameOf(secret), contents(secret['stringData'], secret['data'])]),
    ),
    others: documents.filter(
      (document) => !KNOWN.includes(String(document['kind'])) && workloadOf(document) === null,
    ),
    binary: [...ofKind('ConfigMap'), ...ofKind('Secret')].flatMap(binaryIn),
  };
};

/** Kinds that are read with what refers to them. */
const KNOWN = ['Service', 'ConfigMap', 'Secret', 'PersistentVolumeClaim'];

/** How many of its pods run at once. One that has none in the cluster is written to a config as one. */
export const replicasOf = (workload: Workload): number => Math.max(1, writtenReplicas(workload));

/** True if no pod of it runs: it is scaled to zero. */
export const isAtRest = (workload: Workload): boolean => writtenReplicas(workload) === 0;

const writtenReplicas = ({ spec }: Workload): number => number(spec['replicas'] ?? spec['parallelism']) ?? 1;

export const nameOf = (document: Data): string => text(record(document['metadata'])['name']) ?? '';

const contents = (plain: unknown, encoded: unknown): Contents =>
  new Map([
    ...Object.entries(record(encoded)).flatMap(([key, value]) => {
      const bytes = decoded(value);
      return isText(bytes) ? [[key, bytes.toString()] as const] : [];
    }),
    ...Object.entries(record(plain)).map(([key, value]) => [key, text(value) ?? ''] as const),
  ]);

const decoded = (value: unknown): Buffer => Buffer.from(text(value) ?? '', 'base64');

const isText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.includes(0);

/** What a config, which is text, cannot hold: names of a ConfigMap or Secret with the key. */
const binaryIn = (document: Data): readonly string[] =>
  Object.entries(record(document['kind'] === 'Secret' ? document['data'] : document['binaryData']))
    .filter(([, value]) => !isText(decoded(value)))
    .map(([key]) => `${text(document['kind'])} ${nameOf(document)}, ${key}`);

const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'];

const workloadOf = (document: Data): Workload | null => {
  const kind = text(document['kind']) ?? '';
  const metadata = record(document['metadata']);
  const own = record(document['spec']);
  const spec = kind === 'CronJob' ? record(record(own['jobTemplate'])['spec']) : own;
  const isPod = kind === 'Pod';
  if (!isPod && kind !== 'CronJob' && !TEMPLATED.includes(kind)) return null;
  const template = isPod ? document : record(spec['template']);
  return {
    kind,
    name: nameOf(document) || text(metadata['generateName'])?.replace(/-+$/, '') || kind.toLowerCase(),
    namespace: text(metadata['namespace']) ?? 'default',
    spec: isPod ? {} : spec,
    metadata: record(template['metadata']),
    pod: record(template['spec']),
  };
};
