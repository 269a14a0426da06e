import { commandLine } from '../export/command-line.ts';
import { compact } from '../export/compact.ts';
import { GATE_PATIENCE } from '../export/order.ts';
import type { Process } from '../export/pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';
import type { Gate } from './gates.ts';
import { httpGet } from './http-get.ts';
import type { InsidePod } from './inside-pod.ts';
import { toSeconds } from './whole-seconds.ts';

type Probe = NonNullable<Process['readiness']>;
type Target = Probe['target'];
type Probes = Pick<Process, 'startup' | 'readiness' | 'liveness'>;

interface ProbeContext {
  readonly inside: InsidePod;
  readonly lost: ReportLoss;
}

/**
 * The probes of a container. A kubelet starts the next container once the startup probe has passed. So of a process that
 * others wait for, readiness is that probe, too; and one that the primary does not wait for has none.
 */
export const probesOf = (probes: Probes, gate: Gate, context: ProbeContext): Manifest => {
  const { startup, readiness, liveness } = probes;
  const isLate = gate === 'never' && startup !== null;
  if (isLate) {
    context.lost('the primary would start only after it, and does not wait for it', 'startup');
    if (liveness !== null)
      context.lost('it begins when the start has had all of its time', 'liveness.initialDelay');
  }
  return compact({
    startupProbe:
      gate === 'ready' ? gateProbe(probes, context) : isLate ? undefined : startupProbe(startup, context),
    readinessProbe: probe(readiness, 'readiness', context),
    livenessProbe: probe(isLate ? later(liveness, startup) : liveness, 'liveness', context),
  });
};

/** Without a startup probe, the first failure counts only when the start may have taken all of its time. */
const later = (liveness: Probe | null, startup: Probe): Probe | null =>
  liveness === null
    ? null
    : { ...liveness, initialDelay: Number(liveness.initialDelay) + patienceOf(startup) };

/** Milliseconds after which a start has failed. */
const patienceOf = ({ initialDelay, failureThreshold, period }: Probe): number =>
  Number(initialDelay) + Number(failureThreshold) * Number(period);

const startupProbe = (startup: Probe | null, context: ProbeContext): Manifest | undefined =>
  probe(startup, 'startup', context);

/** The probe that others wait for, with the time of a start and of what it takes to be ready. */
const gateProbe = ({ startup, readiness }: Probes, context: ProbeContext): Manifest | undefined => {
  const { lost } = context;
  if (readiness === null || !canAsk(readiness)) {
    if (readiness !== null) lost('what depends on it does not wait for it', 'readiness');
    return startupProbe(startup, context);
  }
  if (startup !== null)
    lost('what depends on it waits for readiness, and a kubelet asks nothing before', 'startup');
  if (Number(readiness.successThreshold) > 1)
    lost('what depends on it waits for one success', 'readiness.successThreshold');
  // What is lost of its times is told of the readiness probe itself.
  const silent = { ...context, lost: () => undefined };
  const said = probe({ ...readiness, grace: startup?.grace ?? null }, 'startup', silent);
  const patience = GATE_PATIENCE + (startup === null ? 0 : patienceOf(startup));
  return { ...said, failureThreshold: Math.ceil(patience / 1000 / seconds(readiness.period)) };
};

const canAsk = ({ target }: Probe): boolean => target.kind !== 'log' && target.kind !== 'notify';

const probe = (asked: Probe | null, name: keyof Probes, context: ProbeContext): Manifest | undefined => {
  if (asked === null) return undefined;
  const action = actionOf(asked.target, name, context);
  if (action === undefined) return undefined;
  const inSeconds = (field: 'initialDelay' | 'period' | 'timeout' | 'grace'): number =>
    toSeconds(asked[field], `${name}.${field}`, context.lost);
  return compact({
    ...action,
    initialDelaySeconds: unless(inSeconds('initialDelay'), 0),
    periodSeconds: inSeconds('period'),
    timeoutSeconds: unless(inSeconds('timeout'), 1),
    successThreshold: name === 'readiness' ? unless(Number(asked.successThreshold), 1) : undefined,
    failureThreshold: unless(Number(asked.failureThreshold), 3),
    terminationGracePeriodSeconds:
      asked.grace === null ? undefined : graceOf(inSeconds('grace'), name, context),
  });
};

const graceOf = (seconds: number, name: string, { lost }: ProbeContext): number => {
  if (seconds === 0) lost('Kubernetes takes no grace of a probe under 1 s', `${name}.grace`);
  return Math.max(1, seconds);
};

const unless = (value: number, usual: number): number | undefined => (value === usual ? undefined : value);

const seconds = (milliseconds: unknown): number => Math.ceil(Number(milliseconds) / 1000);

const actionOf = (target: Target, name: string, { inside, lost }: ProbeContext): Manifest | undefined => {
  switch (target.kind) {
    case 'http':
      if (target.status !== null)
        lost(`a kubelet takes any status from 200 to 399, not only ${target.status}`, `${name}.http.status`);
      return { httpGet: httpGet(target, `${name}.http`, inside, lost) };
    case 'tcp':
      return { tcpSocket: { port: Number(inside.plain(target.port)) } };
    case 'grpc': {
      const service = inside.plain(target.service);
      return { grpc: compact({ port: Number(inside.plain(target.port)), service: service || undefined }) };
    }
    case 'exec':
      return { exec: { command: commandLine(target.command, inside.plain) } };
    case 'file':
      return { exec: { command: ['test', '-e', inside.plain(target.path)] } };
    case 'log':
      lost('a kubelet does not read output', `${name}.log`);
      return undefined;
    case 'notify':
      lost('a kubelet takes no notifications', `${name}.notify`);
      return undefined;
    default:
      return target satisfies never;
  }
};
