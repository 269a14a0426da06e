import type { Manifest } from '../../../src/exchange/kubernetes/export-options.ts';

/** A rule that a value breaks: where it stands, and what is wrong with it. */
type Mistakes = readonly string[];

type Check = (value: unknown) => boolean;

const text = (value: unknown): string => String(value);
const matching =
  (pattern: RegExp, longest: number): Check =>
  (value) =>
    text(value).length <= longest && pattern.test(text(value));
const whole =
  (least: number, most = 2 ** 31 - 1): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(text(value));

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const isLabel = matching(new RegExp(`^${LABEL}$`), 63);
const isSubdomain = matching(new RegExp(`^${LABEL}(\\.${LABEL})*$`), 253);
/** Of RFC 1035: it begins with a letter. */
const isServiceName = matching(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 63);
/** An IANA service name. */
const isPortName: Check = (value) =>
  matching(/^[a-z0-9](-?[a-z0-9])*$/, 15)(value) && /[a-z]/.test(text(value));
const isKey = matching(/^(?!\.$|\.\.)[-._a-zA-Z0-9]+$/, 253);
const isLabelValue = matching(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/, 63);
const isVariable = matching(/^[ -<>-~]+$/, Number.POSITIVE_INFINITY);
const isInside: Check = (value) => !/^\/|(^|\/)\.\.(\/|$)/.test(text(value)) && value !== '';
const isPort = whole(1, 65_535);
const isQuantity = matching(/^\d+(\.\d+)?([EPTGMk]i?|m)?$/, 63);

const POD: Readonly<Record<string, Check>> = {
  '/restartPolicy': oneOf('Always', 'OnFailure', 'Never'),
  '/terminationGracePeriodSeconds': whole(0),
  '/securityContext/fsGroup': whole(0),
  '/volumes/*/name': isLabel,
  '/volumes/*/projected/sources/*/*/items/*/key': isKey,
  '/volumes/*/projected/sources/*/*/items/*/path': isInside,
  '/volumes/*/projected/sources/*/*/items/*/mode': whole(0, 0o777),
};

const CONTAINER: Readonly<Record<string, Check>> = {
  '/name': isLabel,
  '/image': matching(/^\S+$/, Number.POSITIVE_INFINITY),
  '/imagePullPolicy': oneOf('Always', 'IfNotPresent', 'Never'),
  '/ports/*/name': isPortName,
  '/ports/*/containerPort': isPort,
  '/ports/*/protocol': oneOf('TCP', 'UDP'),
  '/env/*/name': isVariable,
  '/env/*/valueFrom/secretKeyRef/key': isKey,
  '/volumeMounts/*/mountPath': matching(/^\/[^:]*$/, Number.POSITIVE_INFINITY),
  '/volumeMounts/*/subPath': isInside,
  '/securityContext/runAsUser': whole(0),
  '/securityContext/runAsGroup': whole(0),
};

const PROBE: Readonly<Record<string, Check>> = {
  '/initialDelaySeconds': whole(0),
  '/timeoutSeconds': whole(1),
  '/periodSeconds': whole(1),
  '/failureThreshold': whole(1),
  '/successThreshold': whole(1),
  '/terminationGracePeriodSeconds': whole(1),
};

const ACTION: Readonly<Record<string, Check>> = {
  '/httpGet/port': isPort,
  '/httpGet/path': matching(/^\//, Number.POSITIVE_INFINITY),
  '/httpGet/scheme': oneOf('HTTP', 'HTTPS'),
  '/httpGet/httpHeaders/*/name': matching(/^[-A-Za-z0-9]+$/, Number.POSITIVE_INFINITY),
  '/tcpSocket/port': isPort,
  '/grpc/port': isPort,
  '/exec/command': (value) => Array.isArray(value) && value.length > 0,
};

const NAMES: Readonly<Record<string, Check>> = {
  Service: isServiceName,
  // Pods of these have labels with the name: a Job's as it is, and a StatefulSet's with a hash behind it.
  Job: isLabel,
  StatefulSet: matching(new RegExp(`^${LABEL}$`), 52),
};

/** What an API server or a kubelet of Kubernetes 1.34 refuses in the values of a manifest. */
export const findValueMistakes = (manifest: Manifest): Mistakes => {
  const { kind, metadata, spec } = manifest as Json;
  const name = `${kind} ${metadata?.name}`;
  const isNamed = NAMES[text(kind)] ?? isSubdomain;
  return [
    ...(isNamed(metadata?.name) ? [] : ['its name is wrong']),
    ...broken(metadata, '/metadata', { '/labels/*': isLabelValue }),
    ...ofData(manifest as Json),
    ...ofKind(text(kind), spec ?? {}),
  ].map((mistake) => `${name}: ${mistake}`);
};

// biome-ignore lint/suspicious/noExplicitAny: it is any manifest.
type Json = any;

const ofData = ({ data, stringData }: Json): Mistakes =>
  Object.keys({ ...data, ...stringData }).flatMap((key) => (isKey(key) ? [] : [`${key} is no key`]));

const ofKind = (kind: string, spec: Json): Mistakes => {
  switch (kind) {
    case 'Pod':
      return ofPod(spec, []);
    case 'Deployment':
      return [...ofReplicas(spec), ...ofPod(spec.template.spec, [])];
    case 'StatefulSet':
      return [
        ...ofReplicas(spec),
        ...broken(spec, '', { '/serviceName': isServiceName }),
        ...ofPod(spec.template.spec, spec.volumeClaimTemplates ?? []),
        ...(spec.volumeClaimTemplates ?? []).flatMap((claim: Json) => [
          ...broken(claim, '/claim', { '/metadata/name': isLabel }),
          ...ofClaim(claim.spec),
        ]),
      ];
    case 'Job':
      return [
        ...broken(spec, '', {
          '/completions': whole(0),
          '/parallelism': whole(0),
          '/backoffLimit': whole(0),
        }),
        ...broken(spec.template, '/template', { '/spec/restartPolicy': oneOf('OnFailure', 'Never') }),
        ...(spec.template.spec.restartPolicy === undefined ? ['a Job has a restartPolicy'] : []),
        ...ofPod(spec.template.spec, []),
      ];
    case 'Service':
      return [
        ...broken(spec, '', { '/ports/*/name': isLabel, '/ports/*/port': isPort }),
        ...twice(spec.ports, 'port name', ({ name }) => name),
        ...twice(spec.ports, 'port', ({ port, protocol }) => `${port}/${protocol}`),
      ];
    case 'PersistentVolumeClaim':
      return ofClaim(spec);
    default:
      return [];
  }
};

const ofClaim = (spec: Json): Mistakes => broken(spec, '/spec', { '/resources/requests/*': isQuantity });

const ofReplicas = ({ replicas = 1, selector, template }: Json): Mistakes => [
  ...(whole(0)(replicas) ? [] : ['its replicas are wrong']),
  ...broken(template, '/template', {
    '/metadata/labels/*': isLabelValue,
    '/spec/restartPolicy': oneOf('Always'),
  }),
  ...Object.entries(selector.matchLabels).flatMap(([key, value]) =>
    template.metadata.labels[key] === value ? [] : [`it does not select its own pods by ${key}`],
  ),
];

const ofPod = (spec: Json, claims: readonly Json[]): Mistakes => {
  const { volumes = [], containers, initContainers = [], terminationGracePeriodSeconds: grace = 30 } = spec;
  const all = [...initContainers, ...containers];
  const mountable = new Set([...volumes, ...claims.map(({ metadata }) => metadata)].map(({ name }) => name));
  return [
    ...broken(spec, '', POD),
    ...twice(all, 'container', ({ name }) => name),
    ...twice([...volumes, ...claims.map(({ metadata }) => metadata)], 'volume', ({ name }) => name),
    ...(containers.length === 0 ? ['a pod has a container'] : []),
    ...volumes.flatMap(ofVolume),
    ...all.flatMap((container: Json) => ofContainer(container, mountable, grace)),
    ...containers.flatMap(({ name, restartPolicy }: Json) =>
      restartPolicy === undefined ? [] : [`${name} is no init container and has a restartPolicy`],
    ),
    ...initContainers.flatMap((container: Json) => ofInit(container)),
  ];
};

const ofVolume = ({ name, ...sources }: Json): Mistakes => [
  ...(Object.keys(sources).length === 1 ? [] : [`the volume ${name} has not one source`]),
  ...twice(
    (sources.projected?.sources ?? []).flatMap((source: Json) =>
      Object.values<Json>(source).flatMap(({ items = [] }) => items),
    ),
    `path in ${name}`,
    ({ path }) => path,
  ),
];

/** One that ends is asked nothing, and nothing is done at its start and its end. */
const ofInit = (container: Json): Mistakes => {
  const { name, restartPolicy } = container;
  if (restartPolicy === 'Always') return [];
  const fields = ['lifecycle', 'startupProbe', 'readinessProbe', 'livenessProbe', 'restartPolicy'];
  return fields.filter((field) => container[field] !== undefined).map((field) => `${name} has a ${field}`);
};

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'];

const ofContainer = (container: Json, mountable: ReadonlySet<unknown>, grace: number): Mistakes => {
  const { name, ports = [], env = [], volumeMounts = [], lifecycle = {} } = container;
  return [
    ...broken(container, '', CONTAINER),
    ...(container.image === undefined ? ['it has no image'] : []),
    ...twice(ports, 'port name', (port) => port.name),
    ...twice(ports, 'port', ({ containerPort, protocol }) => `${containerPort}/${protocol}`),
    ...twice(env, 'variable', (variable) => variable.name),
    ...twice(volumeMounts, 'mountPath', ({ mountPath }) => mountPath),
    ...volumeMounts.flatMap((mount: Json) =>
      mountable.has(mount.name) ? [] : [`there is no volume ${mount.name}`],
    ),
    ...PROBES.filter((field) => container[field] !== undefined).flatMap((field) =>
      ofProbe(container[field], field),
    ),
    ...Object.entries<Json>(lifecycle).flatMap(([field, hook]) => [
      ...ofAction(hook, field),
      ...(hook.sleep === undefined || whole(0, grace)(hook.sleep.seconds)
        ? []
        : [`${field} sleeps longer than the grace`]),
    ]),
  ].map((mistake) => `${name}: ${mistake}`);
};

const ofProbe = (probe: Json, field: string): Mistakes => [
  ...broken(probe, `/${field}`, PROBE),
  ...ofAction(probe, field),
  ...(field === 'readinessProbe' && probe.terminationGracePeriodSeconds !== undefined
    ? ['a readiness probe kills nobody']
    : []),
  ...(field !== 'readinessProbe' && (probe.successThreshold ?? 1) !== 1
    ? [`${field} has a successThreshold`]
    : []),
];

const ofAction = (action: Json, field: string): Mistakes => [
  ...broken(action, `/${field}`, ACTION),
  ...(['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'].filter((kind) => action[kind] !== undefined)
    .length === 1
    ? []
    : [`${field} has not one action`]),
];

/** Values that break their rule. A rule's path has `*` for any key. */
const broken = (value: unknown, at: string, rules: Readonly<Record<string, Check>>): Mistakes =>
  Object.entries(rules).flatMap(([path, isRight]) =>
    valuesAt(value, path.split('/').slice(1))
      .filter((found) => !isRight(found))
      .map((found) => `${at}${path} is ${JSON.stringify(found)}`),
  );

const valuesAt = (value: unknown, [key, ...rest]: readonly string[]): readonly unknown[] => {
  if (key === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  const inner = key === '*' ? Object.values(value) : key in value ? [value[key as keyof typeof value]] : [];
  return inner.flatMap((each) => valuesAt(each, rest));
};

const twice = (items: readonly Json[], what: string, keyOf: (item: Json) => unknown): Mistakes =>
  [...Map.groupBy(items, keyOf)].flatMap(([key, same]) =>
    key !== undefined && same.length > 1 ? [`the ${what} ${key} is there twice`] : [],
  );

/** What refers to nothing in the manifests of one pod. The secret of variables from outside is created by hand. */
export const findLooseEnds = (manifests: readonly Manifest[]): Mistakes => {
  const all = manifests as readonly Json[];
  const keys = new Map(
    all.map(({ kind, metadata, data, stringData }) => [
      `${kind} ${metadata.name}`,
      Object.keys({ ...data, ...stringData }),
    ]),
  );
  const pods = all.flatMap(({ kind, metadata, spec }) =>
    kind === 'Pod' ? [{ metadata, spec }] : spec?.template === undefined ? [] : [spec.template],
  );
  const missing = (kind: string, name: string): Mistakes =>
    keys.has(`${kind} ${name}`) ? [] : [`there is no ${kind} ${name}`];
  const missingKeys = (kind: string, { name, items }: Json): Mistakes =>
    items
      .filter(({ key }: Json) => keys.get(`${kind} ${name}`)?.includes(key) !== true)
      .map(({ key }: Json) => `${kind} ${name} has no ${key}`);
  return [
    ...twice(all, 'manifest', ({ kind, metadata }) => `${kind} ${metadata.name}`),
    ...pods.flatMap(({ spec: { volumes = [], containers, initContainers = [] } }) => [
      ...[...containers, ...initContainers].flatMap(({ envFrom = [] }: Json) =>
        envFrom.flatMap(({ configMapRef }: Json) => missing('ConfigMap', configMapRef.name)),
      ),
      ...volumes.flatMap(({ persistentVolumeClaim: claim, projected }: Json) => [
        ...(claim === undefined ? [] : missing('PersistentVolumeClaim', claim.claimName)),
        ...(projected?.sources ?? []).flatMap(({ configMap, secret }: Json) => [
          ...(configMap === undefined ? [] : missingKeys('ConfigMap', configMap)),
          ...(secret === undefined ? [] : missingKeys('Secret', secret)),
        ]),
      ]),
    ]),
    ...all
      .filter(({ kind }) => kind === 'Service')
      .filter(
        ({ spec }) =>
          !pods.some(({ metadata }) =>
            Object.entries(spec.selector).every(([key, value]) => metadata?.labels?.[key] === value),
          ),
      )
      .map(({ metadata }) => `the Service ${metadata.name} selects no pod`),
  ];
};
