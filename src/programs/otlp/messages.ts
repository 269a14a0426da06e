/**
 * Messages of OTLP, in the shapes of its JSON encoding: `traceId` and `spanId` are hexadecimal, integers of 64 bits are
 * decimal strings. Source: opentelemetry-proto, `opentelemetry/proto/{common,resource,trace,metrics,logs}/v1`, and
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding.
 */

export type Signal = 'traces' | 'metrics' | 'logs';

export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values: readonly KeyValue[] };
  readonly bytesValue?: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

export interface Resource {
  readonly attributes?: readonly KeyValue[];
  readonly droppedAttributesCount?: number;
}

export interface Scope {
  readonly name?: string;
  readonly version?: string;
  readonly attributes?: readonly KeyValue[];
  readonly droppedAttributesCount?: number;
}

export interface TracesRequest {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource?: Resource;
    readonly scopeSpans: ReadonlyArray<{ readonly scope?: Scope; readonly spans: readonly OtlpSpan[] }>;
  }>;
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: ReadonlyArray<{
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes?: readonly KeyValue[];
  }>;
  readonly links?: ReadonlyArray<{
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState?: string;
    readonly attributes?: readonly KeyValue[];
  }>;
  /** The lowest eight bits are the flags of the trace. */
  readonly flags?: number;
  readonly status?: { readonly code?: number; readonly message?: string };
}

export interface LogsRequest {
  readonly resourceLogs: ReadonlyArray<{
    readonly resource?: Resource;
    readonly scopeLogs: ReadonlyArray<{ readonly scope?: Scope; readonly logRecords: readonly LogRecord[] }>;
  }>;
}

export interface LogRecord {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: AnyValue;
  readonly attributes?: readonly KeyValue[];
  readonly traceId?: string;
  readonly spanId?: string;
  readonly flags?: number;
  readonly eventName?: string;
}

export interface MetricsRequest {
  readonly resourceMetrics: ReadonlyArray<{
    readonly resource?: Resource;
    readonly scopeMetrics: ReadonlyArray<{ readonly scope?: Scope; readonly metrics: readonly OtlpMetric[] }>;
  }>;
}

/** One of the kinds of data is set. `aggregationTemporality`: 1 delta, 2 cumulative. */
export interface OtlpMetric {
  readonly name: string;
  readonly description?: string;
  readonly unit?: string;
  readonly metadata?: readonly KeyValue[];
  readonly gauge?: { readonly dataPoints: readonly NumberPoint[] };
  readonly sum?: {
    readonly dataPoints: readonly NumberPoint[];
    readonly aggregationTemporality: number;
    readonly isMonotonic: boolean;
  };
  readonly histogram?: {
    readonly dataPoints: readonly HistogramPoint[];
    readonly aggregationTemporality: number;
  };
  readonly exponentialHistogram?: {
    readonly dataPoints: readonly ExponentialHistogramPoint[];
    readonly aggregationTemporality: number;
  };
  readonly summary?: { readonly dataPoints: readonly SummaryPoint[] };
}

interface Point {
  readonly attributes?: readonly KeyValue[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  /** 1: there is no value, because what was measured has gone. */
  readonly flags?: number;
}

export interface NumberPoint extends Point {
  readonly asDouble?: number;
  readonly asInt?: string | number;
  readonly exemplars?: readonly Exemplar[];
}

export interface HistogramPoint extends Point {
  readonly count: string | number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bucketCounts: ReadonlyArray<string | number>;
  readonly explicitBounds: readonly number[];
  readonly exemplars?: readonly Exemplar[];
}

/** The bounds of bucket `i` are `base ** (offset + i)` and `base ** (offset + i + 1)`, with `base = 2 ** (2 ** -scale)`. */
export interface ExponentialHistogramPoint extends Point {
  readonly count: string | number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly scale: number;
  readonly zeroCount: string | number;
  readonly zeroThreshold?: number;
  readonly positive?: ExponentialBuckets;
  readonly negative?: ExponentialBuckets;
  readonly exemplars?: readonly Exemplar[];
}

export interface ExponentialBuckets {
  readonly offset: number;
  readonly bucketCounts: ReadonlyArray<string | number>;
}

export interface SummaryPoint extends Point {
  readonly count: string | number;
  readonly sum: number;
  readonly quantileValues: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
}

/** A value that was measured, and the trace that it belongs to. */
export interface Exemplar {
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly asInt?: string | number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly filteredAttributes?: readonly KeyValue[];
}
