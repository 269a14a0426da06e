import type { AnyValue, KeyValue, LogRecord, LogsRequest } from '../../otlp/messages.ts';
import type { HttpReceiver } from '../../otlp/receive-http.ts';
import { reading } from '../../otlp/receiver.ts';
import type { Intake } from '../intake.ts';
import type { ReceivedLine } from '../received-line.ts';
import { Refusal } from '../refusal.ts';
import { severityOf } from '../severity.ts';

const MOST_BYTES = 32 * 1024 * 1024;

/** Receives logs by OTLP over HTTP. */
export const receiveOtlp = async (intake: Intake): Promise<HttpReceiver> => {
  const { otlpHttp } = await import('../../otlp/receive-http.ts');
  return otlpHttp({
    maxBytes: MOST_BYTES,
    refused: (_, refusal) => intake.counts.refuse('otlp', `A request was refused: ${refusal}.`),
    take: reading(async (_, request) => {
      try {
        await intake.take(linesOf(request as LogsRequest, Date.now()), 'otlp');
        return { kind: 'taken', partial: null };
      } catch (error) {
        if (error instanceof Refusal) return { kind: 'full', retryAfterSeconds: 1 };
        throw error;
      }
    }),
  });
};

const linesOf = ({ resourceLogs = [] }: LogsRequest, now: number): readonly ReceivedLine[] =>
  resourceLogs.flatMap(({ resource, scopeLogs = [] }) => {
    const shared = fieldsOf(resource?.attributes);
    return scopeLogs.flatMap(({ scope, logRecords = [] }) => {
      const named = scope?.name ? { ...shared, scope: scope.name } : shared;
      return logRecords.map((record) => lineOf(record, named, now));
    });
  });

const lineOf = (record: LogRecord, shared: Readonly<Record<string, unknown>>, now: number): ReceivedLine => {
  const { traceId, spanId, body } = record;
  const value = body === undefined ? '' : plainValue(body);
  return {
    time: millisecondsIn(record.timeUnixNano) ?? millisecondsIn(record.observedTimeUnixNano) ?? now,
    severity: record.severityNumber || severityOf(record.severityText),
    body: typeof value === 'string' ? value : JSON.stringify(value),
    fields: {
      ...shared,
      ...fieldsOf(record.attributes),
      ...(traceId ? { trace_id: traceId } : {}),
      ...(spanId ? { span_id: spanId } : {}),
    },
  };
};

/** `null`: none is given. More digits than a number holds exactly are read apart. */
const millisecondsIn = (nanoseconds: string | undefined): number | null => {
  if (nanoseconds === undefined || /^0*$/.test(nanoseconds)) return null;
  return Number(nanoseconds.slice(0, -6)) + Number(nanoseconds.slice(-6)) / 1e6;
};

const fieldsOf = (attributes: readonly KeyValue[] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));

const plainValue = (value: AnyValue = {}): unknown => {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue !== undefined) return fieldsOf(value.kvlistValue.values);
  const { stringValue, boolValue, intValue, doubleValue, bytesValue } = value;
  if (intValue !== undefined) return Number.isSafeInteger(Number(intValue)) ? Number(intValue) : intValue;
  return stringValue ?? boolValue ?? doubleValue ?? bytesValue ?? null;
};
