import { entriesOf, type LogEntry, type LogSource } from '../output.ts';
import type { HttpFormat } from './http-transport.ts';

/** Names that may be labels. Loki keeps a stream for each set of labels, so nothing that a line says becomes one. */
const LABELS: Readonly<Record<string, string>> = {
  'service.name': 'service_name',
  process: 'process',
  file: 'filename',
};

/**
 * Loki's push format (`POST /loki/api/v1/push`): streams of `[nanoseconds, line, structured metadata]`.
 * Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs.
 */
export const lokiFormat: HttpFormat = {
  encode: (batch) => ({
    data: Buffer.from(`{"streams":[${[...streamsOf(entriesOf(batch))].map(streamJson).join(',')}]}`),
    type: 'application/json',
  }),
};

const streamsOf = (entries: readonly LogEntry[]): ReadonlyMap<LogSource, string[]> => {
  const streams = new Map<LogSource, string[]>();
  for (const entry of entries) {
    const values = streams.get(entry.source);
    if (values === undefined) streams.set(entry.source, [valueJson(entry)]);
    else values.push(valueJson(entry));
  }
  return streams;
};

const streamJson = ([{ fields }, values]: readonly [LogSource, readonly string[]]): string => {
  const labels = Object.entries(LABELS).flatMap(([name, label]) => {
    const value = fields[name];
    return value === undefined ? [] : [[label, value]];
  });
  // Loki refuses a stream without a label.
  const stream = labels.length === 0 ? { service_name: 'unknown_service' } : Object.fromEntries(labels);
  return `{"stream":${JSON.stringify(stream)},"values":[${values.join(',')}]}`;
};

const valueJson = ({ time, body, severity, offset, source, parsed }: LogEntry): string => {
  const level = severity > 0 ? `"severity":"${severity}",` : '';
  return `["${nanoseconds(time)}",${JSON.stringify(body)},{${level}${metadataOf(parsed)}${sourceMetadata(source)}"offset":"${offset}"}]`;
};

/** Digits by hand: a number of nanoseconds is more than JavaScript can hold exactly. */
const nanoseconds = (time: number): string => {
  const whole = Math.floor(time);
  const rest = Math.round((time - whole) * 1e6);
  return `${whole}${String(rest).padStart(6, '0')}`;
};

/** Structured metadata has texts for values. */
const metadataOf = (parsed: LogEntry['parsed']): string => {
  if (parsed === null) return '';
  let text = '';
  for (const [name, value] of Object.entries(parsed))
    if (value !== undefined && !OWN.has(name))
      text += `${JSON.stringify(name)}:${JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value))},`;
  return text;
};

const OWN = new Set(['severity', 'offset']);

const encoded = new WeakMap<LogSource, string>();

/** Fields of the source that are no labels. */
const sourceMetadata = (source: LogSource): string => {
  const known = encoded.get(source);
  if (known !== undefined) return known;
  const text = metadataOf(
    Object.fromEntries(Object.entries(source.fields).filter(([name]) => !(name in LABELS))),
  );
  encoded.set(source, text);
  return text;
};
