import * as z from 'zod/mini';
import { LAYOUTS } from '../model/log-layouts.ts';
import { TIMES } from '../model/log-times.ts';
import type { ErrorJson } from './answer.ts';
import type { PodSnapshot } from './pod-client.ts';
import type { PodEventJson } from './pod-event-json.ts';
import type { DetailsJson, EventLine, LogLineJson, MissedLine, UsageLine } from './protocol.ts';

/**
 * Schemas of the control API and of the commands' `--json`, for `dist/control-schema.json`. Only the build and tests
 * load them. Readers must accept fields that are not listed here.
 */

const text = z.string();
const whole = z.int();
const list = <Item extends z.ZodMiniType>(item: Item) => z.readonly(z.array(item));
const orNull = <Value extends z.ZodMiniType>(value: Value) => z.nullable(value);

const role = z.enum(['init', 'sidecar', 'primary']);
const podState = z.enum(['starting', 'running', 'stopping', 'stopped']);
const state = z.enum([
  'pending',
  'starting',
  'running',
  'ready',
  'backoff',
  'stopping',
  'completed',
  'failed',
  'stopped',
]);

const condition = z.enum(['started', 'ready', 'completed']);
const probeName = z.enum(['startup', 'readiness', 'liveness']);
const dependency = z.looseObject({
  process: text,
  condition,
  restart: z.boolean(),
  required: z.boolean(),
});

const exit = z.looseObject({
  at: whole,
  code: orNull(whole),
  signal: orNull(text),
  ranFor: z.number(),
  text,
});

const survivor = z.looseObject({
  pid: whole,
  user: orNull(text),
  command: text,
  why: z.enum(['not-permitted', 'uninterruptible', 'unknown']),
});

const origin = z.looseObject({ use: text, engine: text });

const terminalSize = z.looseObject({ columns: whole, rows: whole });

const processSnapshot = z.looseObject({
  name: text,
  role,
  app: orNull(text),
  instance: orNull(whole),
  description: text,
  origin: orNull(origin),
  state,
  wanted: z.boolean(),
  pid: orNull(whole),
  restarts: whole,
  since: whole,
  launchedAt: orNull(whole),
  ports: list(z.looseObject({ name: text, port: whole, protocol: z.enum(['tcp', 'udp']), host: text })),
  files: list(z.looseObject({ name: text, path: text, secret: z.boolean() })),
  dependsOn: list(dependency),
  waitsFor: list(text),
  why: orNull(text),
  cause: orNull(text),
  statusText: orNull(text),
  waitsForInput: z.boolean(),
  terminal: orNull(terminalSize),
  lastExit: orNull(exit),
  retryAt: orNull(whole),
  stop: orNull(
    z.looseObject({
      stage: z.enum(['holding', 'signalled', 'lingering', 'killed']),
      waitsFor: list(text),
      killAt: orNull(whole),
    }),
  ),
  survivors: list(survivor),
  commands: list(
    z.looseObject({
      name: text,
      command: text,
      description: text,
      log: text,
      pid: orNull(whole),
      launchedAt: orNull(whole),
      terminal: orNull(terminalSize),
      lastExit: orNull(exit),
    }),
  ),
  logFile: orNull(text),
});

export const snapshot = z.looseObject({
  seq: whole,
  runId: text,
  name: text,
  pid: whole,
  configFile: text,
  mode: z.enum(['dev', 'up', 'run', 'library']),
  state: podState,
  startedAt: whole,
  exitCode: orNull(whole),
  reason: orNull(text),
  ended: list(z.looseObject({ app: text, exitCode: whole, reason: text })),
  guard: orNull(z.looseObject({ pid: orNull(whole), replaced: whole })),
  processes: list(processSnapshot),
}) satisfies z.ZodMiniType<PodSnapshot>;

const probe = z.looseObject({
  probe: probeName,
  target: text,
  ok: orNull(z.boolean()),
  history: list(z.looseObject({ at: whole, ok: z.boolean(), message: text })),
});

export const details = z.looseObject({
  name: text,
  command: text,
  cwd: text,
  enter: list(text),
  env: list(
    z.looseObject({
      name: text,
      value: orNull(text),
      isSecret: z.boolean(),
      providedBy: z.exactOptional(text),
      forcesColor: z.exactOptional(z.literal(true)),
    }),
  ),
  tree: list(z.looseObject({ pid: whole, parentPid: whole, command: text })),
  probes: list(probe),
  exits: list(exit),
  explanation: list(text),
  cause: orNull(text),
}) satisfies z.ZodMiniType<DetailsJson>;

/** Common fields of every event; numbers grow by one. */
const numbered = { time: z.iso.datetime(), seq: whole };

const podEvent = z.looseObject({
  ...numbered,
  type: z.literal('pod'),
  state: podState,
  name: text,
  pid: z.exactOptional(whole),
  exitCode: z.exactOptional(whole),
  reason: z.exactOptional(text),
});

/** One of several apps has ended; the others keep running. */
const appEvent = z.looseObject({
  ...numbered,
  type: z.literal('app'),
  name: text,
  state: z.literal('ended'),
  exitCode: whole,
  reason: text,
});

const processEvent = z.looseObject({
  ...numbered,
  type: z.literal('process'),
  name: text,
  role,
  app: z.exactOptional(text),
  instance: z.exactOptional(whole),
  origin: z.exactOptional(origin),
  state,
  previous: state,
  pid: z.exactOptional(whole),
  restarts: whole,
  ports: z.exactOptional(z.record(text, whole)),
  exitCode: z.exactOptional(orNull(whole)),
  signal: z.exactOptional(orNull(text)),
  retryInMs: z.exactOptional(whole),
  reason: z.exactOptional(text),
  survivors: z.exactOptional(list(survivor)),
});

const probeEvent = z.looseObject({
  ...numbered,
  type: z.literal('probe'),
  name: text,
  probe: probeName,
  ok: z.boolean(),
  message: text,
});

/** A request that cannot be carried out. */
const refusedEvent = z.looseObject({
  ...numbered,
  type: z.literal('refused'),
  name: text,
  request: z.enum(['start', 'stop', 'restart', 'kill']),
  because: z.enum(['init-task-ran', 'pod-stops', 'unknown-process']),
});

/** A process is sent a signal because its files have changed. */
const signalledEvent = z.looseObject({
  ...numbered,
  type: z.literal('signalled'),
  name: text,
  signal: text,
  files: list(text),
  count: whole,
});

/** The effect of a reload on each process. */
const reloadEvent = z.looseObject({
  ...numbered,
  type: z.literal('reload'),
  processes: list(
    z.looseObject({
      name: text,
      action: z.enum(['start', 'restart', 'stop', 'update', 'keep']),
      reason: text,
    }),
  ),
});

/** A fact worth knowing that changes no state. */
const noticeEvent = z.looseObject({
  ...numbered,
  type: z.literal('notice'),
  kind: text,
  name: z.exactOptional(text),
  command: z.exactOptional(text),
  exitCode: z.exactOptional(orNull(whole)),
  signal: z.exactOptional(orNull(text)),
  resource: z.exactOptional(z.enum(['memory', 'cpu'])),
  used: z.exactOptional(z.number()),
  limit: z.exactOptional(z.number()),
  action: z.exactOptional(z.enum(['warn', 'restart', 'end'])),
  alert: z.exactOptional(z.string()),
  alertState: z.exactOptional(z.enum(['firing', 'over'])),
  labels: z.exactOptional(z.record(z.string(), z.string())),
  message: text,
});

export const event = z.discriminatedUnion('type', [
  podEvent,
  appEvent,
  processEvent,
  probeEvent,
  refusedEvent,
  signalledEvent,
  reloadEvent,
  noticeEvent,
]) satisfies z.ZodMiniType<PodEventJson>;

/** A line of output among the events of `--ui json`. */
export const outputEvent = z.looseObject({
  ...numbered,
  type: z.literal('log'),
  name: text,
  stream: z.enum(['stdout', 'stderr']),
  line: text,
  partial: z.exactOptional(z.literal(true)),
}) satisfies z.ZodMiniType<EventLine>;

export const missed = z.looseObject({
  type: z.literal('missed'),
  count: whole,
}) satisfies z.ZodMiniType<MissedLine>;

export const logLine = z.looseObject({
  type: z.literal('log'),
  time: z.iso.datetime(),
  seq: z.number(),
  process: text,
  stream: z.enum(['stdout', 'stderr']),
  line: text,
  partial: z.exactOptional(z.literal(true)),
}) satisfies z.ZodMiniType<LogLineJson>;

/** A line from a log file. */
export const keptLine = z.looseObject({
  type: z.literal('log'),
  process: text,
  run: text,
  line: text,
});

const usageDetails = z.looseObject({
  startedAt: z.number(),
  cpuSeconds: z.looseObject({ user: z.number(), system: z.number() }),
  memory: z.looseObject({
    resident: whole,
    proportional: z.nullable(whole),
    virtual: whole,
    swapped: whole,
  }),
  threads: whole,
  openFiles: whole,
  maxOpenFiles: whole,
  worstOpenFiles: z.number(),
  disk: z.looseObject({ read: whole, written: whole }),
  contextSwitches: z.looseObject({ voluntary: whole, involuntary: whole }),
  pageFaults: z.looseObject({ minor: whole, major: whole }),
  states: z.looseObject({ running: whole, sleeping: whole, waiting: whole, other: whole }),
});

export const usage = z.looseObject({
  type: z.literal('usage'),
  processes: z.record(
    text,
    z.looseObject({
      cpu: z.number(),
      memory: z.number(),
      processes: whole,
      details: z.exactOptional(usageDetails),
    }),
  ),
}) satisfies z.ZodMiniType<UsageLine>;

export const error = z.looseObject({
  ok: z.literal(false),
  message: text,
}) satisfies z.ZodMiniType<ErrorJson>;

/** Output of `start`, `stop` and `restart`. */
export const steered = z.looseObject({
  outcome: z.enum(['holds', 'never', 'gone', 'timeout']),
  processes: list(z.looseObject({ name: text, state, pid: orNull(whole), why: orNull(text) })),
});

export const waited = z.looseObject({
  outcome: z.enum(['holds', 'never', 'gone', 'timeout']),
  conditions: list(
    z.looseObject({
      process: text,
      condition: z.enum(['started', 'ready', 'completed', 'stopped']),
      state: orNull(state),
      why: orNull(text),
    }),
  ),
});

export const downed = z.looseObject({
  wasRunning: z.boolean(),
  /** Set only if it has not gone in time. */
  stillRuns: z.exactOptional(z.literal(true)),
  pid: z.exactOptional(whole),
  name: z.exactOptional(text),
  exitCode: z.exactOptional(orNull(whole)),
  reason: z.exactOptional(orNull(text)),
});

export const why = z.looseObject({
  process: text,
  state: orNull(state),
  why: orNull(text),
  waitsFor: list(text),
  explanation: list(text),
  cause: orNull(text),
  exits: list(exit),
  probes: list(probe),
  dossier: orNull(text),
});

/** Output of `reload`. */
export const reloaded = z.looseObject({ plan: list(text) });

/** Output of `doctor`. */
export const diagnosis = z.looseObject({
  platform: text,
  backEnd: z.enum(['cgroup', 'marks', 'groups', 'taskkill']),
  shell: orNull(text),
  limitFlag: orNull(text),
  guard: z.boolean(),
  holes: list(text),
  requirements: list(
    z.looseObject({ process: text, program: text, range: text, found: orNull(text), problem: orNull(text) }),
  ),
  containers: list(
    z.looseObject({
      engine: text,
      version: orNull(text),
      rootless: z.boolean(),
      answers: z.boolean(),
      problem: orNull(text),
    }),
  ),
  settings: z.looseObject({ file: orNull(text), mistakes: list(text) }),
  certificates: z.looseObject({ authority: orNull(text), problem: orNull(text), trusted: z.boolean() }),
});

/** Output of `check`; without name, processes and warnings if the config is wrong. */
export const checked = z.looseObject({
  ok: z.boolean(),
  configFile: orNull(text),
  name: z.exactOptional(text),
  processes: z.exactOptional(list(text)),
  problems: list(
    z.looseObject({
      file: orNull(text),
      field: orNull(text),
      line: orNull(whole),
      column: orNull(whole),
      message: text,
    }),
  ),
  warnings: z.exactOptional(list(text)),
});

/** Output of `graph --format json`: processes in start order. */
export const graph = z.looseObject({
  name: text,
  processes: list(
    z.looseObject({
      name: text,
      role,
      app: z.exactOptional(text),
      instance: z.exactOptional(whole),
      origin: z.exactOptional(origin),
      wanted: z.boolean(),
      dependsOn: list(dependency),
    }),
  ),
});

/** Output of `faults --json`: the proxies of all faults sidecars, as Toxiproxy has them. */
export const faults = list(
  z.looseObject({
    process: text,
    name: text,
    listen: text,
    upstream: text,
    enabled: z.boolean(),
    toxics: list(
      z.looseObject({
        name: text,
        type: text,
        stream: z.enum(['upstream', 'downstream']),
        toxicity: z.number(),
        attributes: z.record(text, whole),
      }),
    ),
  }),
);

const points = list(z.tuple([whole, z.number()]));

/** Output of `metrics --json`: figures of processes over time, with times in milliseconds since 1970. */
export const metrics = z.looseObject({
  processes: list(
    z.looseObject({
      process: text,
      metrics: list(
        z.looseObject({
          name: text,
          unit: z.enum(['cores', 'bytes', 'count', 'per-second', 'seconds']),
          points,
        }),
      ),
    }),
  ),
});

/** Output of `metrics --query … --json`. A value that is no number, or infinite, is `null`. */
export const queried = z.looseObject({
  query: text,
  series: list(
    z.looseObject({ labels: z.record(text, text), points: list(z.tuple([whole, orNull(z.number())])) }),
  ),
});

const attributes = z.record(text, z.unknown());

const traceSummary = {
  traceId: text,
  root: z.looseObject({ service: text, name: text, label: text }),
  startTime: z.number(),
  duration: z.number(),
  errors: whole,
  services: list(text),
};

/** Output of `traces --json`, newest first. */
export const traces = z.looseObject({
  traces: list(z.looseObject({ ...traceSummary, spans: whole })),
  next: z.number(),
});

const span = z.looseObject({
  spanId: text,
  parentSpanId: orNull(text),
  depth: whole,
  service: text,
  name: text,
  label: text,
  kind: z.enum(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']),
  startTime: z.number(),
  duration: z.number(),
  status: z.enum(['unset', 'ok', 'error']),
  statusMessage: text,
  scope: text,
  attributes,
  resource: attributes,
  events: list(z.looseObject({ time: z.number(), name: text, attributes })),
  links: list(z.looseObject({ traceId: text, spanId: text })),
});

/** Output of `traces ID --json`: the trace, with what was logged about it, oldest first. */
export const trace = z.looseObject({
  trace: z.looseObject({ ...traceSummary, spans: list(span) }),
  logs: list(z.looseObject({ time: z.number(), source: text, severity: text, text })),
});

export const environment = z.record(text, orNull(text));

export const ui = z.looseObject({
  keys: z.record(text, list(text)),
  theme: z.record(text, text),
  confirmQuit: z.optional(z.boolean()),
  mouse: z.optional(z.boolean()),
  wrap: z.optional(z.boolean()),
  times: z.optional(z.enum(TIMES)),
  layout: z.optional(z.enum(LAYOUTS)),
  bell: z.optional(z.boolean()),
  notification: z.optional(z.boolean()),
  title: z.optional(z.boolean()),
});

/** One JSON Schema with a definition for each schema. */
export const controlJsonSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'sidecarctl control API, version 1',
  $defs: Object.fromEntries(
    Object.entries(DEFINITIONS).map(([name, schema]) => {
      const { $schema: _, ...definition } = z.toJSONSchema(schema);
      return [name, definition];
    }),
  ),
});

const DEFINITIONS: Readonly<Record<string, z.ZodMiniType>> = {
  snapshot,
  details,
  event,
  outputEvent,
  missed,
  logLine,
  keptLine,
  usage,
  error,
  steered,
  waited,
  downed,
  why,
  reloaded,
  diagnosis,
  checked,
  graph,
  faults,
  metrics,
  queried,
  traces,
  trace,
  environment,
  ui,
};
