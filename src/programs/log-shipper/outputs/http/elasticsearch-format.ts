import { JsonLines } from '../json/json-lines.ts';
import type { JsonShape } from '../json/json-shape.ts';
import type { Outcome } from '../outcome.ts';
import type { HttpAnswer } from './http-client.ts';
import type { HttpFormat } from './http-transport.ts';

/** Names of the Elastic Common Schema. */
const ECS: Readonly<Record<string, string>> = {
  process: 'process.name',
  file: 'log.file.path',
  stream: 'log.iostream',
};

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

const SHAPE: Omit<JsonShape, 'before'> = {
  ...{ time: '@timestamp', message: 'message', level: 'log.level', offset: 'log.offset' },
  levelValue: (severity) => `"${LEVELS[Math.ceil(severity / 4) - 1] ?? 'info'}"`,
  sourceName: (name) => ECS[name] ?? name,
};

/**
 * Elasticsearch's bulk API: an action and a document for each entry, and an answer for each. `create` is what a data stream
 * takes, and an index as well.
 * Source: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk.
 */
export const elasticsearchFormat = (index: string): HttpFormat => {
  const action = `{"create":{"_index":${JSON.stringify(index)}}}\n`;
  const lines = new JsonLines({ ...SHAPE, before: action });
  return {
    encode: (batch) => ({ data: lines.encode(batch), type: 'application/x-ndjson' }),
    read: bulkOutcome,
  };
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
