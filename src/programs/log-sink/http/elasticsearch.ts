import { lineOfRecord } from '../line-of-record.ts';
import type { ReceivedLine } from '../received-line.ts';
import { parseJson, Refusal, recordAt } from '../refusal.ts';

/** A version whose clients talk to it: they refuse a server that does not say that it is Elasticsearch. */
const VERSION = '8.17.0';

/** What Elasticsearch says of itself. */
export const ELASTICSEARCH = {
  headers: { 'x-elastic-product': 'Elasticsearch' },
  info: {
    ...{ name: 'log-sink', cluster_name: 'log-sink', cluster_uuid: '_na_' },
    version: { number: VERSION, build_flavor: 'default', lucene_version: '9.12.0' },
    tagline: 'You Know, for Search',
  },
} as const;

export interface BulkRequest {
  readonly lines: readonly ReceivedLine[];
  /** What is answered once the lines are taken. */
  readonly answer: { readonly took: number; readonly errors: boolean; readonly items: readonly object[] };
}

/**
 * Reads a bulk request: an action and a document, in turns. A wrong document is the failure of its item alone.
 *
 * @throws Refusal for a body whose actions cannot be told from its documents.
 */
export const readBulk = (body: string, index: string | null, now: number): BulkRequest => {
  if (!body.endsWith('\n')) throw new Refusal(400, 'The bulk request must be terminated by a newline [\\n].');
  const texts = body.split('\n').slice(0, -1);
  const lines: ReceivedLine[] = [];
  const items: object[] = [];
  let errors = false;
  for (let at = 0; at < texts.length; ) {
    // Some clients have an empty line behind each document, as rsyslog with its JSON templates.
    if (texts[at] === '') {
      at += 1;
      continue;
    }
    const { action, name } = readAction(texts[at] ?? '', at + 1, index);
    const taken = TAKEN.has(action) ? readDocument(texts[at + 1], now) : `The action ${action} is not taken.`;
    at += action === 'delete' ? 1 : 2;
    if (typeof taken === 'string') errors = true;
    else lines.push(taken);
    items.push({ [action]: itemOf(name, items.length, typeof taken === 'string' ? taken : null) });
  }
  return { lines, answer: { took: 0, errors, items } };
};

const TAKEN = new Set(['create', 'index']);
const ACTIONS = new Set([...TAKEN, 'update', 'delete']);

const readAction = (text: string, line: number, index: string | null) => {
  const at = `Line ${line}`;
  const record = recordAt(parseJson(text, at), at);
  const [action = '', ...others] = Object.keys(record);
  if (!ACTIONS.has(action) || others.length > 0)
    throw new Refusal(400, `${at} is not an action: create, index, update or delete.`);
  const { _index: named } = recordAt(record[action], `${at}: ${action}`);
  const name = typeof named === 'string' ? named : index;
  if (name === null) throw new Refusal(400, `${at}: ${action}._index is missing.`);
  return { action, name };
};

/** The line, or what is wrong with it. */
const readDocument = (text: string | undefined, now: number): ReceivedLine | string => {
  if (text === undefined) return 'The document is missing.';
  try {
    return lineOfRecord(recordAt(parseJson(text, 'The document'), 'The document'), now);
  } catch (error) {
    return (error as Error).message;
  }
};

const itemOf = (name: string, number: number, reason: string | null): object => {
  const id = { _index: name, _id: String(number) };
  if (reason !== null) return { ...id, status: 400, error: { type: 'document_parsing_exception', reason } };
  const shards = { total: 1, successful: 1, failed: 0 };
  return {
    ...id,
    _version: 1,
    result: 'created',
    _shards: shards,
    _seq_no: number,
    _primary_term: 1,
    status: 201,
  };
};
