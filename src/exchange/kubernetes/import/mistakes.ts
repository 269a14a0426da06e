import type { FieldPath } from '../../../model/failures/config-problem.ts';
import type { SourceMistake } from '../../form/source-mistakes.ts';
import { type Data, list, number, record, text } from '../../reading/read-yaml.ts';
import { fieldMistakes, type Mistake } from './field-mistakes.ts';
import { nameOf } from './manifests.ts';
import { type PodPlace, podMistakes } from './pod-mistakes.ts';

export interface Refused {
  readonly mistakes: readonly SourceMistake[];
  /** Fields that this version of Kubernetes does not have. */
  readonly unknown: readonly string[];
}

/** What an API server would refuse of the documents of a file. */
export const refusedOf = (documents: readonly Data[]): Refused => {
  const found = documents.map((document) => {
    const of = [text(document['kind']) ?? 'document', nameOf(document)].filter((part) => part !== '');
    const fields = isRead(document) ? fieldMistakes(document) : { wrong: [], unknown: [] };
    const wrong = [...nameMistakes(document), ...fields.wrong];
    // Values of wrong types are not looked into.
    const all = wrong.length > 0 ? wrong : [...valueMistakes(document), ...mistakesOfPod(document)];
    return {
      mistakes: all.map(({ at, why }) => ({ path: [...of, ...keysOf(at)], message: `${why}.` })),
      unknown: fields.unknown.map((at) => `${of.join(' ')}: ${at}`),
    };
  });
  return {
    mistakes: [...found.flatMap(({ mistakes }) => mistakes), ...repeatedIn(documents)],
    unknown: found.flatMap(({ unknown }) => unknown),
  };
};

/** `spec.containers[0].image` as keys. */
const keysOf = (at: string): FieldPath =>
  at.split('.').flatMap((key) => {
    const [name = '', ...indexes] = key.split('[');
    return [name, ...indexes.map((index) => Number.parseInt(index, 10))];
  });

/** Other groups have kinds of the same names. */
const isRead = ({ apiVersion }: Data): boolean => ['v1', 'apps/v1', 'batch/v1'].includes(String(apiVersion));

const nameMistakes = (document: Data): readonly Mistake[] =>
  nameOf(document) === '' && text(record(document['metadata'])['generateName']) === undefined
    ? [{ at: 'metadata.name', why: 'it has no name' }]
    : [];

/** Values that have their types, and still make no sense. */
const valueMistakes = (document: Data): readonly Mistake[] => [
  ...['replicas', 'parallelism']
    .filter((field) => (number(record(document['spec'])[field]) ?? 0) < 0)
    .map((field) => ({ at: `spec.${field}`, why: 'it is less than 0' })),
  ...encodedMistakes(document, document['kind'] === 'Secret' ? 'data' : 'binaryData'),
];

const encodedMistakes = (document: Data, field: 'data' | 'binaryData'): readonly Mistake[] =>
  Object.entries(record(document[field]))
    .filter(([, value]) => !BASE64.test((text(value) ?? '').replaceAll(/[\r\n]/g, '')))
    .map(([key]) => ({
      at: `${field}.${key}`,
      why: `it is not in base64${field === 'data' ? ': write a plain text in stringData' : ''}`,
    }));

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const PLACES: Readonly<Record<string, PodPlace>> = {
  Pod: 'spec',
  ...Object.fromEntries(
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'].map((kind) => [
      kind,
      'spec.template.spec' as const,
    ]),
  ),
  CronJob: 'spec.jobTemplate.spec.template.spec',
};

const mistakesOfPod = (document: Data): readonly Mistake[] => {
  const place = PLACES[text(document['kind']) ?? ''];
  if (place === undefined) return [];
  const pod = place.split('.').reduce((data, field) => record(data[field]), document);
  const claims = list(record(document['spec'])['volumeClaimTemplates']).map((claim) => nameOf(record(claim)));
  return [...podMistakes(pod, place, claims), ...policyMistakes(document, place, pod)];
};

/** Pods of workloads that never end are always started again, and those of jobs never. */
const policyMistakes = ({ kind }: Data, place: PodPlace, pod: Data): readonly Mistake[] => {
  if (kind === 'Pod') return [];
  const policy = text(pod['restartPolicy']) ?? 'Always';
  const isJob = kind === 'Job' || kind === 'CronJob';
  if ((policy !== 'Always') === isJob) return [];
  const allowed = isJob ? 'OnFailure or Never' : 'Always';
  return [{ at: `${place}.restartPolicy`, why: `a ${String(kind)} has ${allowed}, and not ${policy}` }];
};

const repeatedIn = (documents: readonly Data[]): readonly SourceMistake[] => {
  const named = documents.filter((document) => nameOf(document) !== '');
  const alike = Map.groupBy(named, ({ kind, metadata }) =>
    JSON.stringify([kind, record(metadata)['namespace'] ?? '', record(metadata)['name']]),
  );
  return [...alike.values()].flatMap(([first, second]) =>
    first === undefined || second === undefined
      ? []
      : [{ path: [text(first['kind']) ?? '', nameOf(first)], message: 'it is in the file twice.' }],
  );
};
