import type { LogRecord } from '../../otlp/messages.ts';
import { readBytes } from '../../otlp/wire/read-bytes.ts';
import type { LogEntry } from '../api.ts';
import { placesOf } from '../received/sources.ts';
import { attributesOf, millisecondsOf, plainValue } from '../store/attributes.ts';
import type { KeptLog } from '../store/logs.ts';
import { unpack } from '../store/packed.ts';

export const entryOf = ({ packed, owner }: KeptLog): LogEntry => {
  const record = readBytes('LogRecord', unpack(packed)) as LogRecord;
  return {
    time: millisecondsOf(timeOf(record.timeUnixNano) ?? record.observedTimeUnixNano),
    service: owner.service,
    severity: record.severityNumber ?? 0,
    severityText: record.severityText ?? '',
    body: bodyOf(record),
    attributes: attributesOf(record.attributes),
    traceId: idOf(record.traceId),
    spanId: idOf(record.spanId),
  };
};

/** Hexadecimal, and read without the rest: a question for those of a trace asks all. */
export const traceIdOf = ({ packed }: KeptLog): string => {
  const bytes = unpack(packed);
  const [place] = placesOf(bytes, 9);
  return place === undefined ? '' : bytes.toString('hex', place.from, place.to);
};

/** Zero is a time that was not set. */
const timeOf = (time: string | undefined): string | undefined => (time === '0' ? undefined : time);

const idOf = (id: string | undefined): string | null => (id === undefined || id === '' ? null : id);

/** What is no text is JSON. A record without a body is an event with a name. */
const bodyOf = ({ body, eventName }: LogRecord): string => {
  const value = body === undefined ? (eventName ?? '') : plainValue(body);
  return typeof value === 'string' ? value : JSON.stringify(value);
};
