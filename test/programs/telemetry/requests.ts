import type {
  KeyValue,
  LogRecord,
  LogsRequest,
  OtlpSpan,
  TracesRequest,
} from '../../../src/programs/otlp/messages.ts';

export const attribute = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });

/** Times in milliseconds after the test's. */
export const BEGINNING = 1_700_000_000_000;

const nanoseconds = (milliseconds: number): string => `${BEGINNING + milliseconds}000000`;

export interface SpanSketch extends Partial<OtlpSpan> {
  readonly service?: string;
  /** Milliseconds. */
  readonly at?: number;
  readonly for?: number;
}

export const traceId = (number: number): string => number.toString(16).padStart(32, '0');
export const spanId = (number: number): string => number.toString(16).padStart(16, '0');

const spanOf = ({ service: _, at = 0, for: duration = 10, ...fields }: SpanSketch): OtlpSpan => ({
  ...{ traceId: traceId(1), spanId: spanId(1), name: 'work', kind: 1 },
  startTimeUnixNano: nanoseconds(at),
  endTimeUnixNano: nanoseconds(at + duration),
  ...fields,
});

const resourceOf = (service = 'web') => ({ attributes: [attribute('service.name', service)] });

export const traces = (...spans: readonly SpanSketch[]): TracesRequest => ({
  resourceSpans: spans.map((span) => ({
    resource: resourceOf(span.service),
    scopeSpans: [{ scope: { name: 'http' }, spans: [spanOf(span)] }],
  })),
});

export interface LogSketch extends Partial<LogRecord> {
  readonly service?: string;
  readonly text?: string;
}

export const logs = (...records: readonly LogSketch[]): LogsRequest => ({
  resourceLogs: records.map(({ service, text = 'hello', ...fields }) => ({
    resource: resourceOf(service),
    scopeLogs: [{ logRecords: [{ timeUnixNano: nanoseconds(0), body: { stringValue: text }, ...fields }] }],
  })),
});
