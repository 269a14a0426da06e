import { commandLine } from '../export/command-line.ts';
import { compact } from '../export/compact.ts';
import { GATE_PATIENCE } from '../export/order.ts';
import type { Process } from '../export/pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';

type Probe = NonNullable<Process['readiness']>;
type Target = Probe['target'];

interface ProbeContext {
  readonly inside: InsidePod;
  readonly lost: ReportLoss;
}

/**
 * The probes of a container. `gates`: others wait until it is ready. A kubelet starts the next container once the startup
 * probe has passed, so readiness is that probe then, too.
 */
export const probesOf = (
  { startup, readiness, liveness }: Pick<Process, 'startup' | 'readiness' | 'liveness'>,
  gates: boolean,
  context: ProbeContext,
): Manifest => {
  const gate = gates ? (readiness ?? startup) : startup;
  return compact({
    startupProbe: gate === null ? undefined : startupProbe(gate, startup, context),
    readinessProbe: probe(readiness, 'readiness', context),
    livenessProbe: probe(liveness, 'liveness', context),
  });
};

const startupProbe = (gate: Probe, startup: Probe | null, context: ProbeContext): Manifest | undefined => {
  // What is lost of a gate's own probe is told there.
  const said = probe(gate, 'startup', gate === startup ? context : { ...context, lost: () => undefined });
  if (said === undefined) return undefined;
  const limit =
    startup === null
      ? patience(gate)
      : Math.ceil((numberOf(startup.failureThreshold) * numberOf(startup.period)) / numberOf(gate.period));
  const { successThreshold: _, ...rest } = said;
  return { ...rest, failureThreshold: limit };
};

const patience = (gate: Probe): number => Math.ceil(GATE_PATIENCE / seconds(gate.period) / 1000);

const probe = (probe: Probe | null, name: string, context: ProbeContext): Manifest | undefined => {
  if (probe === null) return undefined;
  const action = actionOf(probe.target, name, context);
  if (action === undefined) return undefined;
  for (const field of ['period', 'timeout', 'initialDelay'] as const)
    if (numberOf(probe[field]) % 1000 !== 0)
      context.lost(
        `Kubernetes counts whole seconds: ${numberOf(probe[field])} ms is ${seconds(probe[field])} s`,
        `${name}.${field}`,
      );
  return compact({
    ...action,
    initialDelaySeconds: unless(seconds(probe.initialDelay), 0),
    periodSeconds: seconds(probe.period),
    timeoutSeconds: unless(seconds(probe.timeout), 1),
    successThreshold: unless(numberOf(probe.successThreshold), 1),
    failureThreshold: unless(numberOf(probe.failureThreshold), 3),
    terminationGracePeriodSeconds: probe.grace === null ? undefined : seconds(probe.grace),
  });
};

const unless = (value: number, usual: number): number | undefined => (value === usual ? undefined : value);

const numberOf = (value: unknown): number => Number(value);

export const seconds = (milliseconds: unknown): number => Math.ceil(numberOf(milliseconds) / 1000);

const actionOf = (target: Target, name: string, { inside, lost }: ProbeContext): Manifest | undefined => {
  switch (target.kind) {
    case 'http':
      if (target.status !== null)
        lost(`a kubelet takes any status from 200 to 399, not only ${target.status}`, `${name}.http.status`);
      return { httpGet: httpGet(inside.plain(target.url), target.headers, inside) };
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

/** What a kubelet asks of a container by HTTP: at the pod's own address, unless the URL has another host. */
export const httpGet = (
  url: string,
  headers: Readonly<Record<string, unknown>>,
  inside: InsidePod,
): Manifest => {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  return compact({
    host: hostname === 'localhost' ? undefined : hostname,
    path: pathname + search === '/' ? undefined : pathname + search,
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    scheme: protocol === 'https:' ? 'HTTPS' : undefined,
    httpHeaders: Object.entries(headers).map(([name, value]) => ({ name, value: inside.plain(value) })),
  });
};
