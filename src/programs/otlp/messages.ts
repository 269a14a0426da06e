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
}

export interface Scope {
  readonly name?: string;
  readonly version?: string;
  readonly attributes?: readonly KeyValue[];
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
    readonly attributes?: readonly KeyValue[];
  }>;
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
}

interface Point {
  readonly attributes?: readonly KeyValue[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
}

export interface NumberPoint extends Point {
  readonly asDouble?: number;
  readonly asInt?: string | number;
}

export interface HistogramPoint extends Point {
  readonly count: string | number;
  readonly sum?: number;
  readonly bucketCounts: ReadonlyArray<string | number>;
  readonly explicitBounds: readonly number[];
}
