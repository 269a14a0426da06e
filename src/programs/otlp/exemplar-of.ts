import type { Exemplar } from '../exposition/sample.ts';
import type { Exemplar as OtlpExemplar } from './messages.ts';

/** The labels of an exemplar that OpenMetrics and Prometheus know. */
export const exemplarOf = ({ traceId, spanId, asDouble, asInt, timeUnixNano }: OtlpExemplar): Exemplar => ({
  labels: new Map([
    ...(traceId === undefined || traceId === '' ? [] : [['trace_id', traceId] as const]),
    ...(spanId === undefined || spanId === '' ? [] : [['span_id', spanId] as const]),
  ]),
  value: asDouble ?? Number(asInt ?? 0),
  timestamp: Number(timeUnixNano) / 1e6,
});
