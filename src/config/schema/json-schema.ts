import * as z from 'zod/mini';
import type { Presets } from '../expand/preset.ts';
import { logDescriptions } from './log-descriptions.ts';
import { metricsDescriptions } from './metrics-descriptions.ts';
import { kindOf } from './parts.ts';
import { columnOf } from './process-fields.ts';
import { refreshDescriptions } from './refresh-descriptions.ts';
import { configSchema } from './schema.ts';
import { shipperDescriptions } from './shipper-descriptions.ts';
import { trafficDescriptions } from './traffic-descriptions.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * Returns the config's JSON schema for editors: the values that JSON and YAML can hold, without functions and regular
 * expressions.
 */
export const configJsonSchema = (presets: Presets): Schema => {
  const { $defs = {}, ...schema } = toJsonSchema(configSchema, 'ref');
  const left = Object.entries($defs).filter(([, definition]) => isWritable(definition, {}));
  const oneOf = [{ required: ['primary'] }, { required: ['apps'] }];
  const written = { title: 'sidecarctl', ...schema, oneOf, $defs: Object.fromEntries(left) };
  return describeFields(withReadyMade(withoutUnwritable(written, $defs), presets)) as Schema;
};

const toJsonSchema = (schema: z.core.$ZodType, reused: 'ref' | 'inline') =>
  z.toJSONSchema(schema, {
    io: 'input',
    reused,
    unrepresentable: () => notInJson,
    override: ({ jsonSchema }) => {
      // These are Zod's own: JSON arrays are never read-only, and validators do not know this format.
      delete jsonSchema.readOnly;
      if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
    },
  });

/** A process has `command` or `image`; a sidecar has one of these, or `use` and the options of what that names. */
const withReadyMade = (schema: unknown, presets: Presets): unknown => {
  if (Array.isArray(schema)) return schema.map((item) => withReadyMade(item, presets));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { properties } = schema as { readonly properties?: object };
  const kind = properties === undefined ? undefined : kindOf(Object.keys(properties));
  const inner = mapValues(schema, (value) => withReadyMade(value, presets));
  if (properties !== undefined && kind === 'sidecar') return { ...inner, ...programOf(properties, presets) };
  return kind !== undefined && RUNS.has(kind) ? { ...inner, ...OWN_PROGRAM } : inner;
};

const RUNS: ReadonlySet<string> = new Set(['process', 'primary', 'app-primary']);

const OWN_PROGRAM = { anyOf: [{ required: ['command'] }, { required: ['image'] }] };

const programOf = (properties: object, presets: Presets): object => ({
  properties: { ...properties, use: { type: 'string', enum: [...presets.keys()] }, with: { type: 'object' } },
  oneOf: [OWN_PROGRAM, { required: ['use'] }],
  allOf: [...presets].map(([use, { options, engines }]) => {
    // It stands in a schema of the same dialect.
    const { $schema: _, ...written } = toJsonSchema(options, 'inline');
    const schema = withoutUnwritable(written, {});
    return {
      if: { properties: { use: { const: use } }, required: ['use'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON schema.
      then: { properties: { with: schema, engine: { type: 'string', enum: engines } }, required: ['with'] },
    };
  }),
});

/** Matches nothing. */
const notInJson: z.core.JSONSchema.BaseSchema = { not: {} };

type Definitions = Readonly<Record<string, unknown>>;

const isWritable = (schema: unknown, definitions: Definitions): boolean => {
  const { not, $ref } = Object(schema) as { readonly not?: unknown; readonly $ref?: string };
  const target = $ref === undefined ? undefined : definitions[$ref.replace('#/$defs/', '')];
  return not === undefined && (target === undefined || isWritable(target, {}));
};

const withoutUnwritable = (schema: unknown, definitions: Definitions): unknown => {
  if (Array.isArray(schema)) {
    return schema
      .filter((item) => isWritable(item, definitions))
      .map((item) => withoutUnwritable(item, definitions));
  }
  if (typeof schema !== 'object' || schema === null) return schema;
  return mapValues(schema, (value) => withoutUnwritable(value, definitions));
};

/**
 * Editors and the reference show these; they say the same as the types in `types.ts`. `kind.field` overrides `field`,
 * which means the process's field of that name unless stated otherwise.
 */
const descriptions: Readonly<Record<string, string>> = {
  ...columnOf('description'),
  ...logDescriptions,
  ...metricsDescriptions,
  ...shipperDescriptions,
  ...trafficDescriptions,
  ...refreshDescriptions,
  'config.container': 'Settings of the containers, for processes with an image.',
  'container.engine': 'Container engine. Default: the first of docker, podman and nerdctl that answers.',
  'image-build.context': 'Folder that the build sees, relative to the config’s folder.',
  dockerfile: 'Path of the Dockerfile, relative to the config’s folder. Default: Dockerfile in the context.',
  dockerfileInline: 'Content of a Dockerfile, in place of a file.',
  'image-build.args':
    'Values for the ARGs of the Dockerfile. Their values can be read in the image’s history.',
  'image-build.target': 'Stage of the Dockerfile to stop at. Default: the last.',
  'port.target': 'With an image: port that the container listens on. Default: the port itself.',
  $schema: 'Path or URL of this schema, for editors.',
  'config.name': 'Name of the pod. Default: the name of the config’s folder.',
  'primary.name': 'Name of the process, a DNS label. Default "primary".',
  'config.env': 'Variables for every process; null removes one.',
  use: 'Ready-made sidecar that it is, in place of command.',
  with: 'Options of the ready-made sidecar.',
  engine:
    'Program that does the work of the ready-made sidecar. Default "embedded": it comes with sidecarctl.',
  'faults.to':
    'The port behind it: a process (its first TCP port), "redis.main", or a server outside of the pod.',
  'faults.for':
    'Processes that reach the port through it: their references to the port mean its own. Default: none.',
  toxics: 'Toxics of the start.',
  'faults.http': 'Faults of HTTP requests, for a port that speaks HTTP/1.1 without TLS. Default: none.',
  'http-fault.match': 'Requests that it is for. Default: all.',
  'http-fault-match.path': 'Prefix of the path, which ends at a /: "/orders" has /orders and /orders/7.',
  'http-fault-match.method': 'Method.',
  failFirst: 'For the first so many of these requests.',
  every: 'For every so many of these requests: 3 means the third, the sixth, and so on.',
  percentage: 'For this share of these requests, from 0 to 100.',
  'http-fault.status':
    "Answer in place of the server's, from 400 to 599. Default 503, and none with a delay.",
  'http-fault.delay': 'Time before anything else happens. Default: none.',
  enabled: 'When false, connections are refused until it is enabled. Default true.',
  'toxic.type': 'Kind of toxic, as in Toxiproxy.',
  'toxic.name': 'Name, unique within the sidecar. Default: <type>_<stream>.',
  stream: 'Direction: towards the client ("downstream", default) or the server ("upstream").',
  toxicity: 'Share of the connections that it applies to, from 0 to 1. Default 1.',
  attributes: 'Attributes of its type. What is left out is 0.',
  latency: 'For latency: delay in ms.',
  jitter: 'For latency: at most this many ms more or less.',
  rate: 'For bandwidth: KB/s.',
  delay: 'For slow_close: ms. For slicer: µs between pieces.',
  'toxic-attributes.timeout':
    'For timeout: ms until the end, 0 for never. For reset_peer: ms until the reset.',
  average_size: 'For slicer: bytes of a piece.',
  size_variation: 'For slicer: at most this many bytes more or less.',
  bytes: 'For limit_data: bytes until the end.',
  scrape:
    'What is scraped: "auto" (default), which is the admin port of every ready-made sidecar and every port named "metrics", or a list.',
  scrapeInterval: 'Time from one scrape of a target to the next. Default 5 s.',
  retention: 'How long samples are kept. Default 2 h; with engine "victoria-metrics" a day, and no less.',
  'prometheus.rules':
    'Rules, in the order of their evaluation, as often as targets are scraped. Not with engine "victoria-metrics". Default: none.',
  'rule.record': 'Name of new series, which the answer to the query becomes.',
  'rule.alert': 'Name of an alert, of which there is one for each series in the answer to the query.',
  'rule.expr': 'Query.',
  'rule.for':
    'Time for which the answer has to have a series, without a break, before its alert fires. Default 0.',
  'rule.labels':
    'Labels besides those of the answer. Of an alert they can have {{ $labels.NAME }} and {{ $value }}. Default: none.',
  'rule.annotations':
    'Texts of an alert; "summary" stands in the log. They can have {{ $labels.NAME }} and {{ $value }}. Default: none.',
  'prometheus.volume':
    'Volume with the samples, for the engines that have them on disk. Default: a folder that ends with the run.',
  'scrape-target.to':
    'The port that has the metrics: of a process (its first TCP port), "web.http", or of a server outside of the pod.',
  'scrape-target.path': 'Path of the metrics. Default "/metrics".',
  'scrape-target.job':
    'Label "job" of its series. Default: the name of the process, or the address of the server.',
  'server.host': 'Host of the server. Default 127.0.0.1.',
  'server.port': 'Port of the server.',
  listen: 'Ports. Default: free ones. OpenTelemetry’s are 4318 for http and 4317 for grpc.',
  'telemetry-listen.http': 'For OTLP over HTTP: a number, or "auto" for a free port.',
  'telemetry-listen.grpc': 'For OTLP over gRPC: a number, or "auto" for a free port.',
  'telemetry.keep':
    'How much it keeps in memory, of which all together takes 128 MiB at most. What is older gives way.',
  'telemetry-keep.traces': 'Traces. Default 10000.',
  'telemetry-keep.logs': 'Records of logs. Default 10000.',
  'telemetry-keep.metrics': 'Series of metrics, each with its newest point. Default 50000.',
  'telemetry.forward':
    'Another receiver of OTLP over HTTP that gets everything, too: its URL, or an object with url and headers. Default: none.',
  'telemetry-forward.url': 'URL of the receiver. /v1/traces and so on are appended.',
  'telemetry-forward.headers': 'Headers of the requests to it.',
  sampling: 'Share of the traces that are kept and forwarded, from 0 to 1. Default 1.',
  'telemetry.file':
    'File that everything is written to before it is acknowledged, as OTLP’s JSON, a request a line. It is read back at the start. Default: none.',
  volumes:
    'Directories that the processes share. They are created empty at the start and removed at the end.',
  'mount-place.path':
    'Path where the process sees it. Relative paths, which containers cannot have, start at the config’s folder.',
  subPath:
    'Part of the volume, relative to it, made as a folder if it is missing. Default: all of the volume.',
  readOnly:
    'When true, the process cannot write there: in a container, and at an absolute path outside the config’s folder. Default false.',
  persist: 'Keeps the volume between runs, under .sidecarctl/volumes. Default false.',
  init: 'Processes that must exit with 0 before their dependents start.',
  sidecars: 'Long-running processes that start before the primary and stop after it.',
  primary: 'The app: its end stops the pod, and its exit code becomes that of sidecarctl.',
  apps: 'Several apps by name, in place of primary. Each starts and ends by itself, and they share the processes outside them.',
  instances:
    'Number of instances of the app, each with its own sidecars, init tasks, ports and volumes: web-1, web-2. Default: one, named web.',
  'app.env': 'Variables for the app’s processes, which override the pod’s; null removes one.',
  'app.envFile': 'Env files for the app’s processes, which override the pod’s.',
  'app.sidecars': 'Sidecars of the app. In the pod, the app’s name precedes theirs.',
  'app.init': 'Init tasks of the app. In the pod, the app’s name precedes theirs.',
  'app.volumes': 'Volumes of the app. In the pod, the app’s name precedes theirs.',
  'app.primary': 'Main process of the app. Its end ends the app, and its name is the app’s.',
  'config.stop': 'Time limits for the stop of the whole pod.',
  polling:
    'Interval at which the files are checked (true: 500ms), for file systems that do not report changes.',
  initialDelay: 'Time before the first attempt: milliseconds or "10s". Default 0.',
  period: 'Time between attempts; failures count at most once in it. Default 1s.',
  timeout: 'Time limit of an attempt. Default 1s.',
  successThreshold: 'Number of consecutive successes after which the probe succeeds. Default 1.',
  failureThreshold:
    'Number of consecutive failures after which the probe fails. Default 3, and 60 for startup.',
  grace: 'Time from the stop signal to SIGKILL: milliseconds or "10s".',
  minimumGrace: 'Time for processes that get their stop signal only at the end of the grace. Default 2s.',
  sleep: 'Time to wait: milliseconds or "250ms".',
  initial: 'Delay before the second restart; the first is immediate. Default 1s.',
  factor: 'Factor by which the delay grows each time. Default 2.',
  max: 'Maximum delay. Default 60s.',
  resetAfter: 'A run of at least this length resets the back-off. Default 10s.',
  limit: 'Maximum number of restarts within a time, after which the process fails permanently.',
  within: 'Time in which restarts count: milliseconds or "1m".',
  debounce: 'Time without further changes before a change counts. Default 100ms.',
  'env-file.path': 'Path of the file, relative to the config’s folder.',
  'env-file.required': 'When true, a missing file is an error. Default true.',
  'volume.path': 'Path of an existing directory to use instead, which is never deleted.',
  'port.port': 'A number, or "auto" for a free port, which stays the same on later runs while it is free.',
  protocol: 'Protocol. Default "tcp".',
  host: 'Address that the port is bound to. Default 127.0.0.1.',
  activate:
    'Socket activation: sidecarctl listens on the port and passes the socket to each instance, as systemd does (LISTEN_FDS). Default false.',
  content: 'Text of the file, or an object, which is written as JSON. Both can contain references.',
  mode: 'Permissions as octal digits, such as "0755". Default "0644".',
  onChange:
    'Action on a new content after a reload: "restart", a signal to send once the file is replaced, or "none". Default "restart".',
  secret: 'Gives the file mode 0600, and its content is never shown. Default false.',
  'own-command.command': 'Command to run: a string runs in the shell, a list runs directly.',
  'own-command.description': 'Text for the dashboard. Default: the command.',
  'own-command.tty': 'When true, it runs on a terminal of its own. Linux only. Default false.',
  'provides.env': 'Variables that the others get. They rank as injected ones: an env of a receiver wins.',
  'provides.defaults':
    'Variables for those that have them from nowhere else: the inherited environment and env files win, too.',
  to: 'Names of the processes that get them. Default: every other process that can refer to this one.',
  version: 'Versions that will do: "*", or a range such as ">=7 <8", "^7.2", "~7.2", "7".',
  'requirement.args': 'Arguments with which the program prints its version. Default ["--version"].',
  condition: 'Condition to wait for. Default: "completed" for an init task, otherwise "ready".',
  'dependency.restart': 'Restarts this process along with the dependency. Default false.',
  'dependency.required':
    'When false, a permanent failure of the dependency does not block this process. Default true.',
  http: 'A path on the first port, a URL, or the parts: succeeds on a status from 200 to 399.',
  tcp: 'A port: succeeds when the connection opens.',
  exec: 'A command: succeeds on exit code 0.',
  grpc: 'A port: succeeds when the health check answers SERVING.',
  log: 'Succeeds once a line of output contains it. A regular expression in code. Not for liveness.',
  file: 'Succeeds when the file or socket exists.',
  notify:
    'Succeeds when the process reports it: READY=1 on the descriptor in NOTIFY_FD, or process.send("ready").',
  'probe.grace': 'Grace of the kills that this probe causes. Default: the process’s. Not for readiness.',
  'http-target.port': 'One of the process’s ports by name, or a number. Default: its first.',
  'http-target.path': 'Path. Default "/".',
  scheme: '"http" or "https", whose certificate is not checked. Default "http".',
  headers: 'Headers of the request.',
  status: 'The only status that counts as success. Default: any from 200 to 399.',
  'grpc-target.port': 'One of the process’s ports by name, or a number.',
  service: 'Service to check. Default: the server as a whole.',
  'hook.http': 'A request: a path on the first port, a URL, or the parts.',
  policy: 'Restart policy. Default: sidecar "always", primary and init task "never".',
  backoff: 'Delay between restarts.',
  restarts: 'Maximum number of restarts.',
  signal: 'Signal name, with or without "SIG".',
  'stop.signal':
    'Signal name, with or without "SIG". Default: the one that the image names (STOPSIGNAL), or SIGTERM.',
  'stop.grace': 'Time from the stop signal to SIGKILL. Default: the pod’s.',
  'stop.command': 'Command that replaces the signal. If it fails, the signal is sent.',
  'pod-stop.grace': 'Time for the whole stop, including hooks. Default 10s.',
  'config.ui': 'Keys, colors and questions of the dashboard.',
  confirmQuit: 'True (default): "q" asks while something runs. Ctrl-C never asks.',
  mouse: 'False: the mouse is left to the terminal. Default true: it scrolls, selects and copies.',
  wrap: 'True: long lines of a log are wrapped at first. Default false: they are cut.',
  bell: 'True: the bell rings when a process fails or asks something, and when everything is ready. Default false.',
  notification: 'True: the terminal shows a notification of the desktop (OSC 9) then. Default false.',
  title:
    'True: the title of the window tells how many processes are ready, or which one failed. Default false.',
  times: 'Time before each line of a log at first: "clock", "ago" or "off" (default).',
  layout: 'Pinned logs at first: "stacked" (default), or "side" for side by side, where each has 60 columns.',
  keys: 'Keys by action: a key, or a list of keys.',
  theme:
    'Background of the terminal ("auto", "dark", "light"), or colors by meaning: a name such as "red" or "bright-blue", or "#rrggbb".',
  base: 'Background that colors are for. Default "auto": the terminal is asked.',
  accent: 'Selection and keys. Default cyan.',
  ready: 'Processes that are ready or completed. Default green.',
  waiting: 'Processes on their way to the desired state. Default yellow.',
  failed: 'Processes that failed, or wait for a restart. Default red.',
  muted: 'Secondary text. Default dim.',
  paths: 'Globs relative to the config’s folder; a folder stands for all files in it.',
  ignore: 'Globs of files to ignore.',
  action:
    'Action on a change: "restart", a signal to send, or a command to run before the restart. Default "restart".',
};

/** Returns a copy with a description of every field. */
const describeFields = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(describeFields);
  if (typeof schema !== 'object' || schema === null) return schema;
  return mapValues(schema, (value, key) =>
    key === 'properties' ? describeProperties(value as object) : describeFields(value),
  );
};

const describeProperties = (properties: object): object => {
  const kind = kindOf(Object.keys(properties));
  return mapValues(properties, (value, field) => {
    const description = descriptions[`${kind}.${field}`] ?? descriptions[field];
    return { ...(describeFields(value) as object), ...(description === undefined ? {} : { description }) };
  });
};

const mapValues = (object: object, map: (value: unknown, key: string) => unknown): object =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
