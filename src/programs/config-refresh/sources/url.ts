import type { SourceFields, SourceFormat } from '../options.ts';
import { ask } from './ask.ts';
import { formatOf, parseText } from './parse.ts';
import type { Found, Source } from './source.ts';

/** A URL, asked for what is newer than the last answer. */
export class UrlSource implements Source {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fields: SourceFields;
  /** What the last good answer said of its version. */
  #validators: Readonly<Record<string, string>> = {};

  constructor(url: string, headers: Readonly<Record<string, string>>, fields: SourceFields) {
    this.#url = url;
    this.#headers = headers;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    const headers = { ...this.#validators, ...this.#headers };
    const { timeout } = this.#fields;
    const answer = await ask(this.#url, { headers, timeout, signal });
    if (answer.status === 304) return 'same';
    if (answer.status < 200 || answer.status > 299) throw new Error(`answered with ${answer.status}`);
    const value = await parseText(answer.text, this.#formatOf(answer.headers));
    this.#validators = validatorsOf(answer.headers);
    return { value };
  }

  #formatOf(headers: Headers): SourceFormat {
    const { pathname } = new URL(this.#url);
    return this.#fields.parse ?? formatOf(pathname) ?? formatOfType(headers.get('content-type') ?? '');
  }
}

const validatorsOf = (headers: Headers): Readonly<Record<string, string>> => {
  const [tag, time] = [headers.get('etag'), headers.get('last-modified')];
  return {
    ...(tag === null ? {} : { 'if-none-match': tag }),
    ...(time === null ? {} : { 'if-modified-since': time }),
  };
};

const formatOfType = (type: string): SourceFormat => {
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return 'json';
  return /^(?:application|text)\/(?:x-)?yaml\b/i.test(type) ? 'yaml' : 'text';
};
