import type { LogEntry } from '../api.ts';
import { attributesOf, millisecondsOf, plainValue } from '../store/attributes.ts';
import type { KeptLog } from '../store/logs.ts';

export const entryOf = ({ record, service }: KeptLog): LogEntry => ({
  time: millisecondsOf(timeOf(record.timeUnixNano) ?? record.observedTimeUnixNano),
  service,
  severity: record.severityNumber ?? 0,
  severityText: record.severityText ?? '',
  body: bodyOf(record),
  attributes: attributesOf(record.attributes),
  traceId: idOf(record.traceId),
  spanId: idOf(record.spanId),
});

/** Zero is a time that was not set. */
const timeOf = (time: string | undefined): string | undefined => (time === '0' ? undefined : time);

export const idOf = (id: string | undefined): string | null => (id === undefined || id === '' ? null : id);

/** What is no text is JSON. A record without a body is an event with a name. */
export const bodyOf = ({ body, eventName }: KeptLog['record']): string => {
  const value = body === undefined ? (eventName ?? '') : plainValue(body);
  return typeof value === 'string' ? value : JSON.stringify(value);
};
