import * as z from 'zod/mini';
import { kindOf } from './parts.ts';
import { columnOf } from './process-fields.ts';
import { configSchema } from './schema.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * Returns the config's JSON schema for editors: the values that JSON and YAML can hold, without functions and regular
 * expressions.
 */
export const configJsonSchema = (): Schema => {
  const { $defs = {}, ...schema } = z.toJSONSchema(configSchema, {
    io: 'input',
    reused: 'ref',
    unrepresentable: () => notInJson,
    override: ({ jsonSchema }) => {
      // These are Zod's own: JSON arrays are never read-only, and validators do not know this format.
      delete jsonSchema.readOnly;
      if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
    },
  });
  const left = Object.entries($defs).filter(([, definition]) => isWritable(definition, {}));
  const oneOf = [{ required: ['primary'] }, { required: ['apps'] }];
  const written = { title: 'sidecarctl', ...schema, oneOf, $defs: Object.fromEntries(left) };
  return describeFields(withoutUnwritable(written, $defs)) as Schema;
};

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
  $schema: 'Where this schema is, for editors.',
  'config.name': 'The pod’s. Default: the name of the config’s folder.',
  'primary.name': 'A DNS label. Default "primary".',
  'config.env': 'For every process. null removes a variable.',
  volumes: 'Directories that all processes share, made empty at the start and removed at the end.',
  persist: 'Keep the volume between runs, under .sidecarctl/volumes. Default false.',
  init: 'Processes that must exit 0 before what depends on them starts.',
  sidecars: 'Long-running processes that start before the primary and stop after it.',
  primary: 'The app: its end ends the pod, its exit code is the tool’s.',
  apps: 'In place of primary: several apps by name, each with a life of its own, sharing what is beside them.',
  instances:
    'The app so many times, each with sidecars, init tasks, ports and volumes of its own: web-1, web-2. Default: once, as web.',
  'app.env': 'For the processes of the app, over the pod’s. null removes a variable.',
  'app.envFile': 'Env files of the app, over the pod’s.',
  'app.sidecars': 'Its own, called so within it; in the pod its name stands before theirs.',
  'app.init': 'Its own, called so within it; in the pod its name stands before theirs.',
  'app.volumes': 'Its own, called so within it; in the pod its name stands before theirs.',
  'app.primary': 'The app itself: its end ends the app. It is called as the app is.',
  'config.stop': 'For the stop of the whole pod.',
  polling: 'Look at the files this often, where the system cannot tell of changes; true: every 500ms.',
  initialDelay: 'Duration: milliseconds or "10s". Default 0.',
  period: 'Duration: failures count once in this time. Default 1s.',
  timeout: 'Duration. Default 1s.',
  successThreshold: 'Successes in a row until it has succeeded. Default 1.',
  failureThreshold: 'Failures in a row until it has failed. Default 3, startup 60.',
  grace: 'Duration from the signal to the kill: milliseconds or "10s".',
  minimumGrace: 'Duration that what is left gets at the end of the grace. Default 2s.',
  sleep: 'Duration: milliseconds or "250ms".',
  initial: 'Duration before the second restart; the first is at once. Default 1s.',
  factor: 'What the delay is multiplied with each time. Default 2.',
  max: 'Longest delay. Default 60s.',
  resetAfter: 'A run this long forgets the back-off. Default 10s.',
  limit: 'More restarts than these inside the time, and the process is given up.',
  within: 'Duration: milliseconds or "1m".',
  debounce: 'Duration: milliseconds or "100ms".',
  'env-file.path': 'Relative to the config.',
  'env-file.required': 'Whether it is an error when it is missing. Default true.',
  'volume.path': 'Use this directory, and never delete it.',
  'port.port': 'A number, or "auto" for a free one, the same again on the next run where it is free.',
  protocol: 'Default "tcp".',
  host: 'The address it is bound to. Default 127.0.0.1.',
  activate:
    'Listen on it for the process and hand each instance the socket, as systemd does (LISTEN_FDS). Default false.',
  condition: 'Default: "completed" for an init task, else "ready".',
  'dependency.restart': 'Restart with it. Default false.',
  'dependency.required': 'When false, its failing for good does not hold this process back. Default true.',
  http: 'A path on the first port, a URL, or the parts: succeeds on a status from 200 to 399.',
  tcp: 'A port: succeeds when the connection opens.',
  exec: 'A command: succeeds on exit code 0.',
  grpc: 'A port: succeeds when the health check answers SERVING.',
  log: 'Succeeds once a line of output contains it. A regular expression in code. Not for liveness.',
  file: 'Succeeds when the file or socket exists.',
  notify:
    'Succeeds when the process says so: READY=1 on the descriptor in NOTIFY_FD, or process.send("ready").',
  'probe.grace':
    'Duration of the grace of the kills this probe causes. Default: the process’s. Not for readiness.',
  'http-target.port': 'One of the process’s ports by name, or a number. Default: its first.',
  'http-target.path': 'Default "/".',
  headers: 'Sent with the request.',
  status: 'The one status that counts as success. Default: 200 to 399.',
  'grpc-target.port': 'One of the process’s ports by name, or a number.',
  service: 'The service asked about. Default: the server as a whole.',
  'hook.http': 'A request: a path on the first port, a URL, or the parts.',
  policy: 'Default: sidecar "always", primary and init task "never".',
  backoff: 'How long it waits before a restart.',
  restarts: 'How many.',
  signal: 'With or without "SIG". Default SIGTERM.',
  'stop.grace': 'Duration from the signal to the kill. Default: the pod’s.',
  'stop.command': 'Run in place of the signal; the signal follows when it fails.',
  'pod-stop.grace': 'Duration of the whole stop, hooks included. Default 10s.',
  'config.ui': 'The dashboard’s keys and colours.',
  keys: 'By action: a key, or a list of keys.',
  theme: 'Colours by what they mean: a name such as "red" or "bright-blue", or "#rrggbb".',
  accent: 'What is selected, and keys. Default cyan.',
  ready: 'Ready or completed. Default green.',
  waiting: 'On the way to what is wanted. Default yellow.',
  failed: 'Failed, or waiting to be restarted. Default red.',
  muted: 'What is said on the side. Default dim.',
  paths: 'Globs, relative to the config; a folder stands for all that is in it.',
  ignore: 'Globs of what does not count.',
  action: '"restart", a signal to send, or a command to run before the restart. Default "restart".',
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
