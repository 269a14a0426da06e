import { decodeResponse, encode } from '../../../otlp/codec.ts';
import type { AnyValue, KeyValue, LogRecord } from '../../../otlp/messages.ts';
import type { HttpFormat } from '../http/http-transport.ts';
import { entriesOf, type LogEntry, type LogSource } from '../output.ts';

/** Names of OpenTelemetry's semantic conventions. */
const NAMES: Readonly<Record<string, string>> = { file: 'log.file.path', stream: 'log.iostream' };

/** OTLP's logs as protobuf. What a source says of every line is its resource. */
export const otlpFormat: HttpFormat = {
  encode: async (batch) => ({
    data: await encode(
      'logs',
      { resourceLogs: [...bySource(entriesOf(batch))].map(resourceLogs) },
      'protobuf',
    ),
    type: 'application/x-protobuf',
  }),
  read: async ({ bytes }, lines) => {
    const partial = await decodeResponse('logs', bytes, 'protobuf').catch(() => null);
    if (partial === null || partial.rejected === 0) return { kind: 'taken' };
    const why = `${partial.rejected} of ${lines} records were rejected, and not which: ${partial.message}`;
    return { kind: 'rejected', why };
  },
};

const bySource = (entries: readonly LogEntry[]): ReadonlyMap<LogSource, LogRecord[]> => {
  const records = new Map<LogSource, LogRecord[]>();
  for (const entry of entries) {
    const found = records.get(entry.source);
    if (found === undefined) records.set(entry.source, [recordOf(entry)]);
    else found.push(recordOf(entry));
  }
  return records;
};

const resourceLogs = ([{ fields }, logRecords]: readonly [LogSource, readonly LogRecord[]]) => ({
  resource: {
    attributes: Object.entries(fields).map(([name, value]) => attribute(NAMES[name] ?? name, value)),
  },
  scopeLogs: [{ scope: { name: 'sidecarctl' }, logRecords }],
});

const recordOf = ({ time, body, severity, offset, parsed }: LogEntry): LogRecord => ({
  timeUnixNano: nanoseconds(time),
  ...(severity > 0 ? { severityNumber: severity } : {}),
  body: { stringValue: body },
  attributes: [
    ...Object.entries(parsed ?? {}).map(([name, value]) => attribute(name, value)),
    attribute('log.file.record_offset', offset),
  ],
});

/** Digits by hand: a number of nanoseconds is more than JavaScript can hold exactly. */
const nanoseconds = (time: number): string => {
  const whole = Math.floor(time);
  return `${whole}${String(Math.round((time - whole) * 1e6)).padStart(6, '0')}`;
};

const attribute = (key: string, value: unknown): KeyValue => ({ key, value: anyValue(value) });

const anyValue = (value: unknown): AnyValue => {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value !== 'object' || value === null) return {};
  return { kvlistValue: { values: Object.entries(value).map(([key, inner]) => attribute(key, inner)) } };
};
