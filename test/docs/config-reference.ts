import { configJsonSchema } from '../../src/config/schema/json-schema.ts';
import { kindOf } from '../../src/config/schema/parts.ts';
import { PROCESS_FIELDS } from '../../src/config/schema/process-fields.ts';
import { PRESETS } from '../../src/sidecars/presets.ts';

export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

/** The kinds of objects in a config, in the order of the page. */
const KINDS: ReadonlyArray<readonly [kind: string, title: string, about: string]> = [
  [
    'config',
    'The pod',
    'A config exports an object, or a function of `{ mode, env, args }` that returns one.',
  ],
  ['app', 'An app', 'One of several apps. [Apps](apps.md) explains how they share a pod.'],
  [
    'process',
    'A process',
    'An init task, a sidecar, or the primary. The primary can also have `instances` (a number from 1) and, if it is not ' +
      'one of several apps, a `name` (default `primary`).',
  ],
  [
    'sidecar',
    'A sidecar',
    'A process with `command` or `image`, or a [ready-made](sidecars/README.md) one with these fields. Every field of a process can stand ' +
      'beside them.',
  ],
  ['ambassador', 'Options of ambassador', '[Ambassador](sidecars/ambassador.md) explains them.'],
  ['egress', 'Options of egress', '[Egress](sidecars/egress.md) explains them.'],
  ['upstream', 'A server with policies', ''],
  ['upstream-tls', 'TLS towards a server', ''],
  ['weighted-backend', 'A backend with a weight', ''],
  ['tls', 'TLS towards clients', ''],
  ['certificate', 'A certificate', ''],
  ['load-balancer', 'A load balancer', ''],
  ['hash-by', 'A hash', ''],
  ['policy-timeouts', 'Timeouts', ''],
  ['retry', 'Retries', ''],
  ['per-retry', 'An attempt', ''],
  ['retry-back-off', 'A back-off of retries', ''],
  ['dapr-matching', 'Matching of Dapr', ''],
  ['circuit-breaker', 'A circuit breaker', ''],
  ['retry-budget', 'A retry budget', ''],
  ['health-check', 'A health check', ''],
  ['passive-check', 'A passive health check', ''],
  ['active-check', 'An active health check', ''],
  ['header-changes', 'Changes of headers', ''],
  ['url-rewrite', 'A URL rewrite', ''],
  ['request-redirect', 'A redirect', ''],
  ['cors', 'CORS', ''],
  ['request-mirror', 'A mirror', ''],
  ['fault-injection', 'Injected faults', ''],
  ['fault-delay', 'A delay', ''],
  ['fault-abort', 'An abort', ''],
  ['rate-limit', 'A rate limit', ''],
  ['route', 'A route', ''],
  ['filters', 'Filters of a route', ''],
  ['route-timeouts', 'Timeouts of a route', ''],
  ['route-match', 'A match', ''],
  ['path-match', 'A path match', ''],
  ['value-match', 'A header or query match', ''],
  ['access-log', 'An access log', ''],
  ['tracing', 'Tracing', ''],
  ['telemetry', 'Options of telemetry', '[Telemetry](sidecars/telemetry.md) explains them.'],
  ['telemetry-listen', 'Ports of telemetry', ''],
  ['telemetry-keep', 'What telemetry keeps', ''],
  ['telemetry-forward', 'Where telemetry forwards to', ''],
  ['faults', 'Options of faults', '[Faults](sidecars/faults.md) explains them.'],
  ['toxic', 'A toxic', ''],
  ['toxic-attributes', 'Attributes of a toxic', ''],
  ['http-fault', 'A fault of HTTP requests', 'It has at most one of `failFirst`, `every`, `percentage`.'],
  ['http-fault-match', 'Requests that a fault is for', ''],
  ['prometheus', 'Options of prometheus', '[Prometheus](sidecars/prometheus.md) explains them.'],
  ['scrape-target', 'A page with metrics', 'A port stands for `to` alone.'],
  ['rule', 'A rule of prometheus', 'It has exactly one of `record`, `alert`.'],
  ['log-shipper', 'Options of log-shipper', '[Log shipper](sidecars/log-shipper.md) explains them.'],
  ['log-files', 'Files with logs', ''],
  ['log-processes', 'Processes with output', ''],
  ['log-multiline', 'Events of several lines', ''],
  ['log-batch', 'A batch of lines', ''],
  ['log-request', 'Requests to destinations of logs', ''],
  [
    'log-output',
    'A destination of logs',
    'It has exactly one of `http`, `loki`, `elasticsearch`, `otlp`, `syslog`, `forward`, `file`, `stdout`.',
  ],
  ['http-output', 'A destination over HTTP', ''],
  ['elasticsearch-output', 'A destination over Elasticsearch’s API', ''],
  ['syslog-output', 'A syslog server as destination', ''],
  ['forward-output', 'A server of the forward protocol as destination', ''],
  ['file-output', 'A file as destination', ''],
  ['server', 'A server outside of the pod', ''],
  ['monitor', 'Options of a monitor', '[Monitor](sidecars/monitor.md) explains them.'],
  ['usage-limit', 'A limit of a monitor', 'It has `memory` or `cpu`, or both.'],
  [
    'config-refresh',
    'Options of config-refresh',
    '[Config refresh](sidecars/config-refresh.md) explains them.',
  ],
  [
    'config-source',
    'A source',
    'It has exactly one of `file`, `dir`, `url`, `etcd`, `consul`, `vault`, `exec`, `git`.',
  ],
  ['etcd-source', 'A key of etcd', ''],
  ['consul-source', 'A key of Consul', ''],
  ['vault-source', 'A secret of Vault', ''],
  ['git-source', 'A file of a Git repository', ''],
  ['refreshed-file', 'A file that is rendered', 'It has exactly one of `template`, `contents`.'],
  ['refresh-wait', 'A wait for more changes', ''],
  ['refresh-action', 'What a new content causes', '`none`, or `signal` with `to`, or one of the others.'],
  ['refresh-retry', 'Retries of config-refresh', ''],
  ['log-sink', 'Options of log-sink', '[Log sink](sidecars/log-sink.md) explains them.'],
  ['sink-listen', 'What a log sink takes in', ''],
  ['sink-file', 'A file of a log sink', ''],
  ['metrics-push', 'A receiver of metrics', ''],
  ['adapter-push', 'A receiver of the metrics of an adapter', 'It has exactly one of `otlp`, `remoteWrite`.'],
  [
    'metrics-adapter',
    'Options of a metrics adapter',
    '[Metrics adapter](sidecars/metrics-adapter.md) explains them.',
  ],
  ['metrics-source', 'A source of metrics', 'It has exactly one of these.'],
  ['prometheus-source', 'A source of metrics of Prometheus', 'What `to` says stands for `to` alone.'],
  ['nginx-source', 'A source of nginx', 'What `to` says stands for `to` alone.'],
  ['redis-source', 'A source of Redis', 'What `to` says stands for `to` alone.'],
  ['json-source', 'A source of JSON', ''],
  ['json-metric', 'A metric of JSON', ''],
  ['statsd-source', 'A source of StatsD', ''],
  ['logs-source', 'A source of lines', ''],
  ['log-metric', 'A metric of lines', ''],
  ['otlp-source', 'A source of OTLP', ''],
  ['relabel-rule', 'A rule of relabeling', ''],
  ['container', 'Containers', ''],
  ['image-build', 'A build of an image', ''],
  ['volume', 'A volume', ''],
  ['mount-place', 'A mount', 'A path stands for `path` alone.'],
  ['port', 'A port', ''],
  ['file', 'A file', 'A text stands for its content alone.'],
  ['rendered-file', 'A file that a config-refresh renders', ''],
  ['provides', 'Provided variables', ''],
  ['own-command', 'A command of its own', 'A command stands for `command` alone.'],
  ['requirement', 'A required program', 'A version range stands for `version` alone.'],
  ['env-file', 'An env file', ''],
  ['dependency', 'A dependency', ''],
  [
    'probe',
    'A probe',
    'A probe has exactly one of the targets `http`, `tcp`, `exec`, `grpc`, `log`, `file`, `notify`.',
  ],
  ['http-target', 'A request', ''],
  ['grpc-target', 'A gRPC service', ''],
  ['hook', 'A hook', 'A command, or one of these.'],
  ['restart', 'A restart', ''],
  ['backoff', 'A back-off', ''],
  ['limit', 'A restart limit', ''],
  ['stop', 'A stop', ''],
  ['watch', 'A watch', ''],
  ['pod-stop', 'The stop of the pod', ''],
  ['ui', 'The dashboard', ''],
  ['theme', 'The colors', ''],
];

/** `docs/config-reference.md`, from the schema that configs are checked with. */
export const configReference = (): string => {
  const schema = configJsonSchema(PRESETS) as SchemaNode;
  const reference = new Reference(schema);
  const sections = KINDS.map(([kind, title, about]) => {
    const fields = reference.fieldsOf(kind);
    const table = ['| field | value | meaning |', '|---|---|---|', ...fields].join('\n');
    return `## ${title}\n${about === '' ? '' : `\n${about}\n`}\n${table}\n`;
  });
  return `${HEAD}\n${sections.join('\n')}`;
};

const HEAD = `<!-- Made by \`npm run docs\` from the schema in src/config: do not edit. -->

# Config reference

This page lists every field of a \`sidecars.config\`, as JSON and YAML write it. [Config](config.md) explains how the
fields work together. In TypeScript and JavaScript \`command\`, \`cwd\`, \`env\`, \`files\`, the targets of probes and the commands of
hooks can also be functions of \`{ ports, volumes, files, env, app }\`. Strings in these fields can hold references such as
\`\${ports.redis.main}\`.

A duration is a number of milliseconds, or a text such as \`'250ms'\`, \`'10s'\`, \`'5m'\`, \`'1h'\`. A name is a DNS label:
lower-case letters, digits and inner hyphens, at most 63.
`;

class Reference {
  readonly #schema: SchemaNode;
  readonly #objects = new Map<string, SchemaNode>();

  constructor(schema: SchemaNode) {
    this.#schema = schema;
    this.#collect(schema);
  }

  fieldsOf(kind: string): readonly string[] {
    const { properties = {}, required = [] } = this.#objects.get(kind) ?? {};
    const own = Object.entries(properties).filter(
      ([name]) => kind !== 'sidecar' || !(name in PROCESS_FIELDS),
    );
    return own.map(([name, node]) => {
      const isRequired = required.includes(name) ? ', required' : '';
      const value = this.#words(node).replaceAll('|', '\\|');
      return `| \`${name}\` | ${value}${isRequired} | ${(node.description ?? '').replaceAll('|', '\\|')} |`;
    });
  }

  #collect(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as SchemaNode;
    const kind = properties === undefined ? undefined : kindOf(Object.keys(properties));
    if (kind !== undefined) this.#objects.set(kind, node as SchemaNode);
    for (const inner of Object.values(node)) this.#collect(inner);
  }

  #follow(node: SchemaNode): SchemaNode {
    const { $ref } = node;
    const target = $ref === undefined ? undefined : this.#schema.$defs?.[$ref.replace('#/$defs/', '')];
    return target === undefined ? node : this.#follow(target);
  }

  /** A kind of its own has a table; what has just one field is written out. */
  #objectWords(properties: Readonly<Record<string, SchemaNode>>): string {
    const [[name, value] = [], ...others] = Object.entries(properties);
    const kind = kindOf(Object.keys(properties)) ?? '';
    if (
      others.length > 0 ||
      name === undefined ||
      value === undefined ||
      KINDS.some(([each]) => each === kind)
    )
      return linkTo(kind);
    return `\`{ ${name} }\``;
  }

  #words(written: SchemaNode): string {
    const node = this.#follow(written);
    if (node.properties !== undefined) return this.#objectWords(node.properties);
    if (node.anyOf !== undefined) {
      const words = node.anyOf.map((each) => this.#words(each));
      // Every spelling of a duration, and lists of what may stand alone.
      const one = new Set(
        words.map((word) => (word === 'number' && words.includes('duration') ? 'duration' : word)),
      );
      return [...one].join(' or ');
    }
    if (node.enum !== undefined) return node.enum.map((each) => `\`'${each}'\``).join(', ');
    if (node.const !== undefined)
      return `\`${typeof node.const === 'string' ? `'${node.const}'` : node.const}\``;
    if (node.items !== undefined) return `list of ${this.#words(node.items)}`;
    if (typeof node.additionalProperties === 'object' && Object.keys(node.additionalProperties).length > 0)
      return `name → ${this.#words(node.additionalProperties)}`;
    return typeWords(node);
  }
}

const linkTo = (kind: string): string => {
  const title =
    KINDS.find(([each]) => each === kind)?.[1] ?? (kind.endsWith('primary') ? 'A process' : undefined);
  if (title === undefined) throw new Error(`the reference has no table for '${kind}'`);
  const anchor = title
    .toLowerCase()
    .replaceAll(/[^a-z -]/g, '')
    .replaceAll(' ', '-');
  return `[${title.replace(/^(An?|The) /, '')}](#${anchor})`;
};

const typeWords = ({ type, pattern, minimum, maximum }: SchemaNode): string => {
  if (Array.isArray(type)) return type.join(', ');
  if (pattern?.includes('(ms|s|m|h)') === true) return 'duration';
  if (type === 'integer' && maximum === 65_535) return 'port number';
  if (type === 'integer')
    return maximum === Number.MAX_SAFE_INTEGER ? `number from ${minimum}` : `${minimum} to ${maximum}`;
  return type === 'string' ? 'text' : String(type);
};
