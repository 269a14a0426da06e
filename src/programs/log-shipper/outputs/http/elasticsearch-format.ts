import { isoTime } from '../iso-time.ts';
import type { Outcome } from '../outcome.ts';
import type { LogEntry, LogSource } from '../output.ts';
import type { HttpAnswer } from './http-client.ts';
import type { HttpFormat } from './http-transport.ts';

/** Names of the Elastic Common Schema. */
const ECS: Readonly<Record<string, string>> = {
  process: 'process.name',
  file: 'log.file.path',
  stream: 'log.iostream',
};

/**
 * Elasticsearch's bulk API: an action and a document for each entry, and an answer for each. `create` is what a data stream
 * takes, and an index as well.
 * Source: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk.
 */
export const elasticsearchFormat = (index: string): HttpFormat => {
  const action = `{"create":{"_index":${JSON.stringify(index)}}}\n`;
  return {
    encode: (entries) => {
      let text = '';
      for (const entry of entries) text += `${action}${documentOf(entry)}\n`;
      return { data: Buffer.from(text), type: 'application/x-ndjson' };
    },
    read: (answer, entries) => bulkOutcome(answer, entries.length),
  };
};

const documentOf = ({ time, body, severity, offset, source, parsed }: LogEntry): string => {
  const head = `{"@timestamp":"${isoTime(time)}","message":${JSON.stringify(body)}`;
  const level = severity > 0 ? `,"log.level":"${LEVELS[Math.ceil(severity / 4) - 1] ?? 'info'}"` : '';
  return `${head}${level}${parsedFields(parsed, source)},"log.offset":${offset}${sourceFields(source)}}`;
};

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

const OWN = new Set(['@timestamp', 'message', 'log.level', 'log.offset']);

const parsedFields = (parsed: LogEntry['parsed'], { fields }: LogSource): string => {
  if (parsed === null) return '';
  let text = '';
  for (const name of Object.keys(parsed)) {
    const value = JSON.stringify(parsed[name]);
    if (value === undefined) continue;
    const isTaken = OWN.has(name) || Object.hasOwn(fields, name);
    text += `,${JSON.stringify(isTaken ? `parsed.${name}` : name)}:${value}`;
  }
  return text;
};

const encoded = new WeakMap<LogSource, string>();

const sourceFields = (source: LogSource): string => {
  const known = encoded.get(source);
  if (known !== undefined) return known;
  const text = Object.entries(source.fields)
    .map(([name, value]) => `,${JSON.stringify(ECS[name] ?? name)}:${JSON.stringify(value)}`)
    .join('');
  encoded.set(source, text);
  return text;
};

interface Item {
  readonly status: number;
  readonly error?: unknown;
}

/** The entries by what became of them: those that were too many for now come again, and the wrong ones never will. */
const bulkOutcome = (answer: HttpAnswer, expected: number): Outcome => {
  // Most answers have no error, and reading 10,000 items takes 20 ms.
  if (/^\{(?:"took":\d+,)?"errors":false[,}]/.test(answer.body)) return { kind: 'taken' };
  const items = itemsIn(answer.body);
  if (items === null || items.length !== expected)
    return { kind: 'retry', why: `its answer is none of a bulk request: ${answer.body.slice(0, 200)}` };
  const again: number[] = [];
  const rejected: number[] = [];
  for (const [index, { status }] of items.entries()) {
    if (status === 429 || status >= 500) again.push(index);
    else if (status >= 300) rejected.push(index);
  }
  if (again.length === 0 && rejected.length === 0) return { kind: 'taken' };
  const told = items[rejected[0] ?? again[0] ?? 0];
  return { kind: 'mixed', again, rejected, why: `an item has ${told?.status}: ${reasonOf(told?.error)}` };
};

const reasonOf = (error: unknown): string => {
  const { type, reason } = Object(error) as { readonly type?: unknown; readonly reason?: unknown };
  return [type, reason].filter((each) => typeof each === 'string').join(': ') || 'no reason';
};

/** `null`: the answer is something else. */
const itemsIn = (body: string): readonly Item[] | null => {
  try {
    const { items } = Object(JSON.parse(body)) as { readonly items?: unknown };
    if (!Array.isArray(items)) return null;
    const found = items.map((item) => Object.values(Object(item))[0] as Item | undefined);
    return found.every((item) => typeof item?.status === 'number') ? (found as Item[]) : null;
  } catch {
    return null;
  }
};
