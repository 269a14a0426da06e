import { type Data, list, number, record, text } from '../../reading/read-yaml.ts';
import type { Mistake } from './field-mistakes.ts';

/** Where the spec of the pod is in the document of its kind. */
export type PodPlace = 'spec' | 'spec.template.spec' | 'spec.jobTemplate.spec.template.spec';

/** What an API server, or the kubelet, would refuse of a pod, though all fields have their types. */
export const podMistakes = (pod: Data, at: PodPlace, claims: readonly string[]): readonly Mistake[] => {
  const volumes = list(pod['volumes']).map(record);
  const init = list(pod['initContainers']).map(record);
  const main = list(pod['containers']).map(record);
  const known = new Set([...claims, ...volumes.map(nameIn)]);
  const names = [...init, ...main].map(nameIn);
  return [
    ...(main.length === 0 ? [{ at: `${at}.containers`, why: 'it has no containers' }] : []),
    ...volumes.flatMap((volume, index) => volumeMistakes(volume, `${at}.volumes[${index}]`)),
    ...repeated(volumes.map(nameIn)).map((name) => ({ at: `${at}.volumes`, why: twice('volumes', name) })),
    ...init.flatMap((each, index) => [
      ...containerMistakes(each, `${at}.initContainers[${index}]`, known),
      ...taskMistakes(each, `${at}.initContainers[${index}]`),
    ]),
    ...main.flatMap((each, index) => containerMistakes(each, `${at}.containers[${index}]`, known)),
    ...repeated(names).map((name) => ({ at: `${at}.containers`, why: twice('containers', name) })),
    ...policyMistakes(pod, at),
  ];
};

const nameIn = (data: Data): string => text(data['name']) ?? '';

const twice = (what: string, name: string): string => `two ${what} are called ${name}`;

const repeated = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name, index) => name !== '' && names.indexOf(name) !== index)),
];

const policyMistakes = (pod: Data, at: PodPlace): readonly Mistake[] => {
  const policy = text(pod['restartPolicy']);
  const grace = number(pod['terminationGracePeriodSeconds']) ?? 0;
  return [
    ...(policy === undefined || ['Always', 'OnFailure', 'Never'].includes(policy)
      ? []
      : [{ at: `${at}.restartPolicy`, why: `it is Always, OnFailure or Never, and not ${policy}` }]),
    ...(grace < 0 ? [{ at: `${at}.terminationGracePeriodSeconds`, why: 'it is less than 0' }] : []),
  ];
};

const volumeMistakes = (volume: Data, at: string): readonly Mistake[] => {
  const sources = Object.keys(volume).filter((field) => field !== 'name');
  return [
    ...named(volume, at),
    ...(sources.length > 1 ? [{ at, why: `it is one of ${sources.join(' and ')}, and not both` }] : []),
  ];
};

/** Names of containers, volumes and ports are DNS labels. */
const named = (data: Data, at: string): readonly Mistake[] => {
  const name = nameIn(data);
  if (name === '') return [{ at: `${at}.name`, why: 'it has no name' }];
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return [];
  const why = `'${name}' is no name in Kubernetes: it has lower-case letters, digits and dashes, at most 63 of them`;
  return [{ at: `${at}.name`, why }];
};

const containerMistakes = (container: Data, at: string, volumes: ReadonlySet<string>): readonly Mistake[] => [
  ...named(container, at),
  ...(text(container['image']) ? [] : [{ at: `${at}.image`, why: 'it has no image' }]),
  ...portsMistakes(list(container['ports']).map(record), `${at}.ports`),
  ...list(container['env']).flatMap((each, index) => variableMistakes(record(each), `${at}.env[${index}]`)),
  ...mountMistakes(list(container['volumeMounts']).map(record), `${at}.volumeMounts`, volumes),
  ...PROBES.flatMap((probe) => probeMistakes(container, probe, at)),
  ...HOOKS.flatMap((hook) => {
    const written = record(container['lifecycle'])[hook];
    return written === undefined || written === null
      ? []
      : oneOf(record(written), HOOK_ACTIONS, `${at}.lifecycle.${hook}`);
  }),
];

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;
const HOOK_ACTIONS = ['exec', 'httpGet', 'tcpSocket', 'sleep'];
const PROBE_ACTIONS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

const oneOf = (data: Data, kinds: readonly string[], at: string): readonly Mistake[] => {
  const there = kinds.filter((kind) => data[kind] !== undefined && data[kind] !== null);
  if (there.length === 1) return [];
  return [
    {
      at,
      why: there.length === 0 ? `it has none of ${kinds.join(', ')}` : `it is one of ${there.join(' and ')}`,
    },
  ];
};

/** What ends cannot be watched. */
const taskMistakes = (container: Data, at: string): readonly Mistake[] =>
  container['restartPolicy'] === 'Always'
    ? []
    : [...PROBES, 'lifecycle']
        .filter((field) => Object.keys(record(container[field])).length > 0)
        .map((field) => ({
          at: `${at}.${field}`,
          why: 'an init container has it only with restartPolicy: Always',
        }));

const portsMistakes = (ports: readonly Data[], at: string): readonly Mistake[] => [
  ...ports.flatMap((port, index) => {
    const own = number(port['containerPort']);
    const isPort = own !== undefined && own > 0 && own < 65_536;
    return isPort
      ? []
      : [{ at: `${at}[${index}].containerPort`, why: 'it must be a number from 1 to 65535' }];
  }),
  ...repeated(ports.map(nameIn)).map((name) => ({ at, why: twice('ports', name) })),
];

const variableMistakes = (variable: Data, at: string): readonly Mistake[] => {
  const from = variable['valueFrom'];
  return [
    ...(nameIn(variable) === '' ? [{ at: `${at}.name`, why: 'it has no name' }] : []),
    ...(from !== undefined && from !== null && text(variable['value'])
      ? [{ at, why: 'it has either value or valueFrom' }]
      : []),
    ...(from === undefined || from === null ? [] : oneOf(record(from), SOURCES, `${at}.valueFrom`)),
  ];
};

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

const mountMistakes = (
  mounts: readonly Data[],
  at: string,
  volumes: ReadonlySet<string>,
): readonly Mistake[] => [
  ...mounts.flatMap((mount, index) => {
    const name = nameIn(mount);
    const path = text(mount['mountPath']) ?? '';
    const part = text(mount['subPath']) ?? '';
    return [
      ...(volumes.has(name)
        ? []
        : [{ at: `${at}[${index}].name`, why: `the pod has no volume ${name || 'without a name'}` }]),
      ...(path === '' ? [{ at: `${at}[${index}].mountPath`, why: 'it has no path' }] : []),
      ...(part.startsWith('/') || part.split('/').includes('..')
        ? [{ at: `${at}[${index}].subPath`, why: `${part} is not within the volume` }]
        : []),
      ...(part !== '' && text(mount['subPathExpr'])
        ? [{ at: `${at}[${index}]`, why: 'it has either subPath or subPathExpr' }]
        : []),
    ];
  }),
  ...repeated(mounts.map((mount) => text(mount['mountPath']) ?? '')).map((path) => ({
    at,
    why: `two of them are at ${path}`,
  })),
];

const NEVER_NEGATIVE = [
  'initialDelaySeconds',
  'periodSeconds',
  'timeoutSeconds',
  'successThreshold',
  'failureThreshold',
];

const probeMistakes = (container: Data, field: (typeof PROBES)[number], at: string): readonly Mistake[] => {
  const written = container[field];
  if (written === undefined || written === null) return [];
  const probe = record(written);
  const successes = number(probe['successThreshold']) || 1;
  const { httpGet, tcpSocket } = probe;
  const port = record(httpGet ?? tcpSocket)['port'];
  const names = list(container['ports']).map((each) => nameIn(record(each)));
  return [
    ...oneOf(probe, PROBE_ACTIONS, `${at}.${field}`),
    ...NEVER_NEGATIVE.filter((name) => (number(probe[name]) ?? 0) < 0).map((name) => ({
      at: `${at}.${field}.${name}`,
      why: 'it is less than 0',
    })),
    ...(field !== 'readinessProbe' && successes > 1
      ? [{ at: `${at}.${field}.successThreshold`, why: 'it must be 1' }]
      : []),
    ...(typeof port === 'string' && number(port) === undefined && !names.includes(port)
      ? [{ at: `${at}.${field}`, why: `its container has no port called ${port}` }]
      : []),
  ];
};
