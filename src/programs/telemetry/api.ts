/**
 * What the admin port of `telemetry` answers. Times are milliseconds since 1970 and durations milliseconds, both with
 * fractions; ids are hexadecimal.
 *
 * | request | answer |
 * |---|---|
 * | `GET /traces?service=&minDuration=250ms&error=1&since=&limit=100` | `TraceList` |
 * | `GET /traces/ID` (the id, or a beginning that only one has) | `Trace`, or 404 |
 * | `GET /logs?trace=&service=&q=&since=&limit=100` | `LogList` |
 * | `GET /services` | `ServiceList` |
 * | `GET /federate` | the newest point of every received metric, in Prometheus' text format, or as OpenMetrics by `Accept` |
 */

/** Newest first. `next` is the `since` of the next question, which then gets only what is new. */
export interface TraceList {
  readonly traces: readonly TraceSummary[];
  readonly next: number;
}

export interface TraceSummary {
  readonly traceId: string;
  /** The span without a parent, or the earliest one while that has not come. */
  readonly root: Pick<Span, 'service' | 'name' | 'label'>;
  readonly startTime: number;
  readonly duration: number;
  readonly spans: number;
  /** Spans with status `error`. */
  readonly errors: number;
  readonly services: readonly string[];
}

export interface Trace extends Omit<TraceSummary, 'spans'> {
  /** As a waterfall shows them: every span before its children, these by time. */
  readonly spans: readonly Span[];
}

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
export type Attributes = Readonly<Record<string, Value>>;

export interface Span {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** 0 for a root, and for a span whose parent is not here. */
  readonly depth: number;
  readonly service: string;
  readonly name: string;
  /** What lists call it: `GET /orders` where the name is `GET`, else its name. */
  readonly label: string;
  readonly kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly startTime: number;
  readonly duration: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string;
  readonly scope: string;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly events: ReadonlyArray<{
    readonly time: number;
    readonly name: string;
    readonly attributes: Attributes;
  }>;
  readonly links: ReadonlyArray<{ readonly traceId: string; readonly spanId: string }>;
}

/** Newest first. */
export interface LogList {
  readonly logs: readonly LogEntry[];
  readonly next: number;
}

export interface LogEntry {
  readonly time: number;
  readonly service: string;
  /** OpenTelemetry's number, from 1 (trace) to 24 (fatal); 0: not set. */
  readonly severity: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Attributes;
  readonly traceId: string | null;
  readonly spanId: string | null;
}

/** What the spans of kind `server` of the last minute say of each service. */
export interface ServiceList {
  readonly services: readonly ServiceFigures[];
}

export interface ServiceFigures {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly p50: number;
  readonly p95: number;
}
