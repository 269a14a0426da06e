import type { KeyValue, MetricsRequest, OtlpMetric } from '../otlp/messages.ts';
import type { UsageDetails } from '../pod/pod-usage.ts';
import type { Observed } from './observed-pod.ts';

/** OTLP's number for values that have been added up since a start. */
const CUMULATIVE = 2;

/**
 * What is known of the processes, one resource each, in the names of OpenTelemetry's semantic conventions:
 * https://opentelemetry.io/docs/specs/semconv/system/process-metrics/. `at`: milliseconds since 1970.
 */
export const otlpRequestOf = (processes: readonly Observed[], pod: string, at: number): MetricsRequest => ({
  resourceMetrics: processes.map((process) => ({
    resource: {
      attributes: [
        text('service.name', process.name),
        text('service.namespace', pod),
        text('sidecarctl.process.role', process.role),
      ],
    },
    scopeMetrics: [{ scope: { name: 'sidecarctl.monitor' }, metrics: metricsOf(process, at) }],
  })),
});

const metricsOf = (process: Observed, at: number): readonly OtlpMetric[] => {
  const details = process.usage?.details;
  const time = { timeUnixNano: nanoseconds(at) };
  const state = [
    gauge('sidecarctl.process.ready', '1', [{ ...time, asInt: Number(process.state === 'ready') }]),
    gauge('sidecarctl.process.restarts', '{restart}', [{ ...time, asInt: process.restarts }]),
  ];
  return details === undefined ? state : [...state, ...detailMetrics(details, at)];
};

const detailMetrics = (details: UsageDetails, at: number): readonly OtlpMetric[] => {
  const { startedAt, cpuSeconds, memory, disk, contextSwitches, pageFaults } = details;
  const points = new Points(startedAt, at);
  return [
    points.counter('process.cpu.time', 's', 'cpu.mode', cpuSeconds),
    points.counter('process.disk.io', 'By', 'disk.io.direction', { read: disk.read, write: disk.written }),
    points.counter(
      'process.context_switches',
      '{context_switch}',
      'process.context_switch.type',
      contextSwitches,
    ),
    points.counter('process.paging.faults', '{fault}', 'process.paging.fault.type', pageFaults),
    points.amount('process.memory.usage', 'By', memory.resident),
    points.amount('process.memory.virtual', 'By', memory.virtual),
    points.amount('process.thread.count', '{thread}', details.threads),
    points.amount('process.unix.file_descriptor.count', '{file_descriptor}', details.openFiles),
    gauge('process.uptime', 's', [{ timeUnixNano: nanoseconds(at), asDouble: (at - startedAt) / 1_000 }]),
    ...(memory.proportional === null
      ? []
      : [points.amount('sidecarctl.process.memory.proportional', 'By', memory.proportional)]),
  ];
};

/** Points of one launch at one time. */
class Points {
  readonly #times: { readonly startTimeUnixNano: string; readonly timeUnixNano: string };

  constructor(startedAt: number, at: number) {
    this.#times = { startTimeUnixNano: nanoseconds(startedAt), timeUnixNano: nanoseconds(at) };
  }

  counter(
    name: string,
    unit: string,
    attribute: string,
    kinds: Readonly<Record<string, number>>,
  ): OtlpMetric {
    const dataPoints = Object.entries(kinds).map(([kind, value]) => ({
      attributes: [text(attribute, kind)],
      ...this.#times,
      asDouble: value,
    }));
    return { name, unit, sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: true } };
  }

  /** Something that can be added up over processes: the conventions make it a sum that goes up and down. */
  amount(name: string, unit: string, value: number): OtlpMetric {
    const dataPoints = [{ ...this.#times, asInt: String(Math.round(value)) }];
    return { name, unit, sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: false } };
  }
}

const gauge = (
  name: string,
  unit: string,
  dataPoints: NonNullable<OtlpMetric['gauge']>['dataPoints'],
): OtlpMetric => ({ name, unit, gauge: { dataPoints } });

const text = (key: string, stringValue: string): KeyValue => ({ key, value: { stringValue } });

/** Of 64 bits, as OTLP has them: more digits than a number keeps. */
const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds)}000000`;
