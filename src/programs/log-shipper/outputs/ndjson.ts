import { isoTime } from './iso-time.ts';
import type { LogEntry, LogSource } from './output.ts';

/** Entries as one JSON object a line. */
export const ndjsonOf = (entries: readonly LogEntry[]): string => {
  let text = '';
  for (const entry of entries) text += `${jsonOf(entry)}\n`;
  return text;
};

/**
 * `timestamp` and `message`, then what was parsed, then what the source says of every line, which wins. The text is put
 * together by hand: JSON.stringify of an object made for it takes twice as long.
 */
const jsonOf = ({ time, body, severity, offset, source, parsed }: LogEntry): string => {
  const head = `{"timestamp":"${isoTime(time)}","message":${JSON.stringify(body)}`;
  const level = severity > 0 ? `,"severity":${severity}` : '';
  const more = parsed === null ? '' : parsedFields(parsed, source);
  return `${head}${level}${more},"offset":${offset}${sourceFields(source)}}`;
};

const OWN = new Set(['timestamp', 'message', 'severity', 'offset']);

/** What a line itself calls by a name that is taken is under `parsed.`. */
const parsedFields = (parsed: Readonly<Record<string, unknown>>, source: LogSource): string => {
  const { fields } = source;
  for (const name in parsed)
    if (OWN.has(name) || Object.hasOwn(fields, name)) return renamedFields(parsed, source);
  // At once: a call for each name and value takes twice as long.
  const text = JSON.stringify(parsed);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
};

const renamedFields = (parsed: Readonly<Record<string, unknown>>, { fields }: LogSource): string => {
  let text = '';
  for (const name of Object.keys(parsed)) {
    const value = JSON.stringify(parsed[name]);
    if (value === undefined) continue;
    const isTaken = OWN.has(name) || Object.hasOwn(fields, name);
    text += `,${JSON.stringify(isTaken ? `parsed.${name}` : name)}:${value}`;
  }
  return text;
};

/** All lines of a file have the same source: a text for each would double the time of a line. */
const encoded = new WeakMap<LogSource, string>();

const sourceFields = (source: LogSource): string => {
  const known = encoded.get(source);
  if (known !== undefined) return known;
  const text = Object.entries(source.fields)
    .map(
      ([name, value]) =>
        `,${JSON.stringify(OWN.has(name) ? `source.${name}` : name)}:${JSON.stringify(value)}`,
    )
    .join('');
  encoded.set(source, text);
  return text;
};
