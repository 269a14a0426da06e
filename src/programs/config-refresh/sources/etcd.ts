import type { EtcdOptions, SourceFields } from '../options.ts';
import { ask, within } from './ask.ts';
import { namedValues } from './named-values.ts';
import { formatOf, parseText } from './parse.ts';
import { type Found, type Source, waitingForChange } from './source.ts';

interface RangeAnswer {
  readonly header?: { readonly revision?: string };
  readonly kvs?: readonly { readonly key: string; readonly value?: string }[];
}

interface WatchLine {
  readonly result?: { readonly events?: readonly unknown[]; readonly canceled?: boolean };
  readonly error?: { readonly message?: string };
}

/** A watch of a server that has gone without a word is over after so long; then the key is read again. */
const WATCHES_FOR = 60_000;

/** A line of a watch has the events of one moment; with more, the key is read anyway. */
const MOST_OF_A_LINE = 64 * 1024;

/** A key of etcd v3, or all with a prefix, by its JSON gateway. */
export class EtcdSource implements Source {
  readonly #etcd: EtcdOptions;
  readonly #fields: Pick<SourceFields, 'parse' | 'timeout'>;
  /** Of the last read; `null`: there was none, or it is not known what has happened since. */
  #revision: bigint | null = null;
  #token: string | null = null;

  constructor(etcd: EtcdOptions, fields: Pick<SourceFields, 'parse' | 'timeout'>) {
    this.#etcd = etcd;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    const since = this.#revision;
    this.#revision = null;
    if (since !== null) await this.#untilChange(since + 1n, signal);
    const { header, kvs = [] } = (await this.#post('kv/range', this.#range, signal)) as RangeAnswer;
    this.#revision = BigInt(header?.revision ?? 0);
    return { value: await waitingForChange(() => this.#valueOf(kvs)) };
  }

  async #valueOf(kvs: NonNullable<RangeAnswer['kvs']>): Promise<unknown> {
    const { key, prefix } = this.#etcd;
    const texts = kvs.map((kv) => [decoded(kv.key), decoded(kv.value ?? '')] as const);
    if (prefix)
      return namedValues(
        texts.map(([name, text]) => [name.slice(key.length), text] as const),
        this.#fields.parse,
      );
    const [first] = texts;
    if (first === undefined) throw new Error(`there is no key '${key}'`);
    return parseText(first[1], this.#fields.parse ?? formatOf(key) ?? 'text');
  }

  get #range(): object {
    const { key, prefix } = this.#etcd;
    return { key: encoded(key), ...(prefix ? { range_end: endOf(key) } : {}) };
  }

  /** Resolves after a change since a revision, or when the watch has ended for any reason but a failure. */
  async #untilChange(revision: bigint, signal: AbortSignal): Promise<void> {
    const watch = { create_request: { ...this.#range, start_revision: String(revision) } };
    const end = new AbortController();
    const either = AbortSignal.any([signal, end.signal]);
    try {
      await within({ timeout: WATCHES_FOR, signal: either }, async (limited) => {
        const headers = await this.#headers(signal);
        const init = { method: 'POST', headers, body: JSON.stringify(watch), signal: limited };
        const response = await fetch(`${this.#etcd.url}/v3/watch`, init);
        if (response.status !== 200) throw new Error(`a watch was answered with ${response.status}`);
        await untilEvent(response);
      });
    } catch (error) {
      if (signal.aborted || !/^no answer within/.test((error as Error).message)) throw error;
    } finally {
      end.abort();
    }
  }

  async #post(path: string, body: object, signal: AbortSignal): Promise<unknown> {
    const headers = await this.#headers(signal);
    return this.#send(path, body, headers, signal);
  }

  async #send(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { timeout } = this.#fields;
    const asked = { method: 'POST', headers, body: JSON.stringify(body), timeout, signal };
    const { status, text } = await ask(`${this.#etcd.url}/v3/${path}`, asked);
    // A token has a life of its own: the next attempt gets another one.
    if (status !== 200) this.#token = null;
    if (status !== 200) throw new Error(`answered with ${status}${messageIn(text)}`);
    return JSON.parse(text);
  }

  async #headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { username: name, password } = this.#etcd;
    if (name === null) return {};
    if (this.#token === null) {
      const answer = await this.#send('auth/authenticate', { name, password: password ?? '' }, {}, signal);
      this.#token = (answer as { readonly token?: string }).token ?? null;
    }
    return { authorization: this.#token ?? '' };
  }
}

/** A compaction cancels a watch of older revisions; then the key is read as it is now. */
const untilEvent = async (response: Response): Promise<void> => {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MOST_OF_A_LINE || lines.some(isNews)) return;
  }
};

const isNews = (line: string): boolean => {
  if (line.trim() === '') return false;
  const { result, error } = JSON.parse(line) as WatchLine;
  if (error !== undefined) throw new Error(`a watch has failed: ${error.message ?? 'etcd does not say why'}`);
  return result?.canceled === true || (result?.events?.length ?? 0) > 0;
};

const messageIn = (text: string): string => {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? `: ${message}` : '';
  } catch {
    return '';
  }
};

const encoded = (text: string): string => Buffer.from(text).toString('base64');
const decoded = (text: string): string => Buffer.from(text, 'base64').toString();

/** The first key behind all that begin with a prefix. */
const endOf = (prefix: string): string => {
  const bytes = Buffer.from(prefix);
  for (let at = bytes.length - 1; at >= 0; at--) {
    const byte = bytes[at] ?? 0;
    if (byte === 0xff) continue;
    bytes[at] = byte + 1;
    return bytes.subarray(0, at + 1).toString('base64');
  }
  // etcd's word for all keys from here on.
  return Buffer.from([0]).toString('base64');
};
