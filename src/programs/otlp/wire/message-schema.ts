import { WireType } from '@bufbuild/protobuf/wire';
import { MESSAGES, type MessageName } from './messages.ts';

/** Types of a field that is no message. */
export type ScalarType =
  | 'string'
  | 'bytes'
  | 'traceId'
  | 'spanId'
  | 'bool'
  | 'double'
  | 'enum'
  | 'int32'
  | 'sint32'
  | 'uint32'
  | 'fixed32'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64';

export interface Field {
  readonly name: string;
  readonly number: number;
  readonly isList: boolean;
  readonly type: MessageSchema | ScalarType;
  /** Of one value. A list of numbers is sent as one value of type `LengthDelimited`, or as several. */
  readonly wireType: WireType;
  /** What stands before its value in JSON. */
  readonly opening: Uint8Array;
}

export interface MessageSchema {
  readonly name: MessageName;
  readonly byName: ReadonlyMap<string, Field>;
  readonly byNumber: ReadonlyArray<Field | undefined>;
  /** Fields that the types in `messages.ts` promise, with what stands for a value that is not sent. */
  readonly promised: ReadonlyArray<readonly [name: string, absent: () => unknown]>;
}

const text = (): unknown => '';
const integer = (): unknown => '0';
const number = (): unknown => 0;
const list = (): unknown => [];
const object = (): unknown => ({});

const PROMISED: { readonly [Name in MessageName]?: Readonly<Record<string, () => unknown>> } = {
  ExportTraceServiceRequest: { resourceSpans: list },
  ExportMetricsServiceRequest: { resourceMetrics: list },
  ExportLogsServiceRequest: { resourceLogs: list },
  ResourceSpans: { scopeSpans: list },
  ResourceMetrics: { scopeMetrics: list },
  ResourceLogs: { scopeLogs: list },
  ScopeSpans: { spans: list },
  ScopeMetrics: { metrics: list },
  ScopeLogs: { logRecords: list },
  KeyValue: { key: text, value: object },
  ArrayValue: { values: list },
  KeyValueList: { values: list },
  Span: { traceId: text, spanId: text, name: text, startTimeUnixNano: integer, endTimeUnixNano: integer },
  SpanEvent: { timeUnixNano: integer, name: text },
  SpanLink: { traceId: text, spanId: text },
  Metric: { name: text },
  Gauge: { dataPoints: list },
  Sum: { dataPoints: list, aggregationTemporality: number, isMonotonic: () => false },
  Histogram: { dataPoints: list, aggregationTemporality: number },
  ExponentialHistogram: { dataPoints: list, aggregationTemporality: number },
  Summary: { dataPoints: list },
  NumberDataPoint: { timeUnixNano: integer },
  HistogramDataPoint: { timeUnixNano: integer, count: integer, bucketCounts: list, explicitBounds: list },
  ExponentialHistogramDataPoint: { timeUnixNano: integer, count: integer, scale: number, zeroCount: integer },
  ExponentialHistogramDataPointBuckets: { offset: number, bucketCounts: list },
  SummaryDataPoint: { timeUnixNano: integer, count: integer, sum: number, quantileValues: list },
  SummaryDataPointValueAtQuantile: { quantile: number, value: number },
  Exemplar: { timeUnixNano: integer },
};

const schemas = new Map<MessageName, MessageSchema>();

/** The fields of a message, ready for readers and writers. */
export const schemaOf = (name: MessageName): MessageSchema => {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const byName = new Map<string, Field>();
  const byNumber: Array<Field | undefined> = [];
  const schema = { name, byName, byNumber, promised: Object.entries(PROMISED[name] ?? {}) };
  // Before its fields: a value can be a list of values.
  schemas.set(name, schema);
  for (const [title, [place, type]] of Object.entries(MESSAGES[name])) {
    const field = fieldOf(title, place, type);
    byName.set(title, field);
    byNumber[place] = field;
  }
  return schema;
};

const fieldOf = (name: string, place: number, written: string): Field => {
  const isList = written.endsWith('[]');
  const named = isList ? written.slice(0, -2) : written;
  const type = named in MESSAGES ? schemaOf(named as MessageName) : (named as ScalarType);
  const opening = Buffer.from(`"${name}":${isList ? '[' : ''}`);
  return { name, number: place, isList, type, wireType: wireTypeOf(type), opening };
};

const wireTypeOf = (type: MessageSchema | ScalarType): WireType => {
  if (typeof type === 'object') return WireType.LengthDelimited;
  switch (type) {
    case 'string':
    case 'bytes':
    case 'traceId':
    case 'spanId':
      return WireType.LengthDelimited;
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return WireType.Bit64;
    case 'fixed32':
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
};
