import { compact } from '../../export/compact.ts';
import { GATE_PATIENCE } from '../../export/order.ts';
import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { askPort, askUrl, askUrlWithNode } from './asks.ts';
import { commandOf } from './commands.ts';
import type { Data } from './compose-file.ts';
import { duration } from './duration.ts';
import type { InsideService } from './inside-service.ts';

type Probe = NonNullable<Process['readiness']>;
type Probed = Pick<Process, 'startup' | 'readiness' | 'liveness' | 'ports' | 'role' | 'origin'>;

interface ProbeContext {
  readonly inside: InsideService;
  readonly lost: ReportLoss;
  readonly assume: ReportLoss;
}

/** A probe that a service can have, or null. It has one healthcheck: that of its readiness, if it has one. */
export const checkedBy = ({ startup, readiness }: Probed): Probe | null => {
  const probe = readiness ?? startup;
  return probe === null || UNASKABLE[probe.target.kind] !== undefined ? null : probe;
};

/** Failures of a container's probe before Compose takes it for unhealthy. */
const USUAL_RETRIES = 3;

/** `isGate`: others wait until it is ready, so it gets time to become it. */
export const healthcheckOf = (process: Probed, isGate: boolean, context: ProbeContext): Data | undefined => {
  const { startup, readiness } = process;
  reportProbes(process, context.lost);
  const probe = checkedBy(process);
  if (probe === null)
    return readiness === null && hasTcpPort(process) && startup === null ? DISABLED : undefined;
  if (!isGate && startup === null && isUsual(probe, process)) return undefined;
  const test =
    process.origin !== null && probe.target.kind === 'http'
      ? ['CMD', ...askUrlWithNode(probe.target, context.inside)]
      : testOf(probe.target, readiness === null ? 'startup' : 'readiness', context);
  const retries = Number(probe.failureThreshold);
  return compact({
    test,
    interval: duration(probe.period),
    timeout: duration(probe.timeout),
    retries: retries === USUAL_RETRIES ? undefined : retries,
    start_period: isGate || startup !== null ? duration(patienceOf(startup, probe)) : undefined,
  });
};

/** Without a healthcheck of its own, a port would be probed by sidecarctl again. */
const DISABLED: Data = { disable: true };

const hasTcpPort = ({ ports, role }: Probed): boolean =>
  role !== 'init' && ports.some(({ protocol, activate }) => protocol === 'tcp' && !activate);

/** The probe that a process with a port has without a word of the config. */
const isUsual = (
  { target, period, timeout, initialDelay, failureThreshold, successThreshold }: Probe,
  { ports }: Probed,
): boolean => {
  const first = ports.find(({ protocol }) => protocol === 'tcp');
  return (
    target.kind === 'tcp' &&
    JSON.stringify(target.port) === JSON.stringify(first?.target ?? null) &&
    [period, timeout].every((time) => Number(time) === 1000) &&
    Number(initialDelay) === 0 &&
    Number(failureThreshold) === USUAL_RETRIES &&
    Number(successThreshold) === 1
  );
};

/** Milliseconds in which a failure does not count. */
const patienceOf = (startup: Probe | null, { initialDelay }: Probe): number =>
  startup === null
    ? Number(initialDelay) + GATE_PATIENCE
    : Number(startup.initialDelay) + Number(startup.failureThreshold) * Number(startup.period);

const UNASKABLE: Readonly<Partial<Record<Probe['target']['kind'], string>>> = {
  log: 'Compose does not read output',
  notify: 'Compose takes no notifications',
};

const reportProbes = ({ startup, readiness, liveness }: Probed, lost: ReportLoss): void => {
  for (const [name, probe] of Object.entries({ startup, readiness })) {
    const why = probe === null ? undefined : UNASKABLE[probe.target.kind];
    if (why !== undefined) lost(why, `${name}.${probe?.target.kind}`);
    if (probe !== null && Number(probe.successThreshold) !== 1)
      lost('one success is enough for Compose', `${name}.successThreshold`);
  }
  if (startup !== null && readiness !== null && !isSameTarget(startup, readiness))
    lost('a service has one healthcheck, and that is its readiness; its time is kept', 'startup');
  if (startup !== null) lost('Compose does not restart what does not start', 'startup.failureThreshold');
  if (liveness !== null) lost('Compose does not restart what is unhealthy', 'liveness');
};

const isSameTarget = (one: Probe, other: Probe): boolean =>
  JSON.stringify(one.target) === JSON.stringify(other.target);

const testOf = (
  target: Probe['target'],
  name: string,
  { inside, lost, assume }: ProbeContext,
): readonly string[] => {
  switch (target.kind) {
    case 'http':
      if (target.status !== null)
        lost(`any status below 400 will do, not only ${target.status}`, `${name}.http.status`);
      assume('its image has wget or curl', `${name}.http`);
      return ['CMD-SHELL', askUrl(target, inside)];
    case 'tcp':
      assume('its image has nc or bash', `${name}.tcp`);
      return ['CMD-SHELL', askPort(inside.text(target.host), inside.text(target.port))];
    case 'grpc':
      lost('the port has to be open, and no more: nothing asks gRPC there', `${name}.grpc`);
      assume('its image has nc or bash', `${name}.grpc`);
      return ['CMD-SHELL', askPort(inside.text(target.host), inside.text(target.port))];
    case 'exec':
      return target.command.kind === 'shell'
        ? ['CMD-SHELL', inside.text(target.command.line)]
        : ['CMD', ...commandOf(target.command, inside)];
    case 'file':
      return ['CMD', 'test', '-e', inside.text(target.path)];
    case 'log':
    case 'notify':
      throw new Error(`${target.kind} was taken for a probe of Compose`);
    default:
      return target satisfies never;
  }
};
