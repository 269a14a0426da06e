import type { ConsulOptions, SourceFields } from '../options.ts';
import { type Answered, ask } from './ask.ts';
import { namedValues } from './named-values.ts';
import { formatOf, parseText } from './parse.ts';
import { type Found, type Source, waitingForChange } from './source.ts';

interface Entry {
  readonly Key: string;
  /** In base 64; `null`: it is empty. */
  readonly Value: string | null;
}

/** A key of Consul's KV store, or all with a prefix, by blocking queries. */
export class ConsulSource implements Source {
  readonly #consul: ConsulOptions;
  readonly #fields: Pick<SourceFields, 'parse' | 'timeout'>;
  /** `X-Consul-Index` of the last answer; 0: there was none. */
  #index = 0;

  constructor(consul: ConsulOptions, fields: Pick<SourceFields, 'parse' | 'timeout'>) {
    this.#consul = consul;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    const since = this.#index;
    this.#index = 0;
    const answer = await this.#ask(since, signal);
    if (answer.status !== 200 && answer.status !== 404)
      throw new Error(`answered with ${answer.status}: ${answer.text.trim().slice(0, 200)}`);
    const index = Number(answer.headers.get('x-consul-index') ?? 0);
    // One that goes back is from another life of the server. It is asked from the start, as Consul's documentation says.
    this.#index = index < since ? 0 : index;
    if (since > 0 && index === since) return 'same';
    return { value: await waitingForChange(() => this.#valueOf(answer)) };
  }

  /** The server answers up to a sixteenth of the time later. */
  #ask(since: number, signal: AbortSignal): Promise<Answered> {
    const { url, key, prefix, token, datacenter, wait } = this.#consul;
    const path = key.split('/').map(encodeURIComponent).join('/');
    const query = new URLSearchParams({
      ...(prefix ? { recurse: 'true' } : {}),
      ...(datacenter === null ? {} : { dc: datacenter }),
      ...(since === 0 ? {} : { index: String(since), wait: `${Math.max(1, Math.round(wait))}ms` }),
    });
    return ask(`${url}/v1/kv/${path}?${query}`, {
      headers: token === null ? {} : { 'x-consul-token': token },
      timeout: this.#fields.timeout + (since === 0 ? 0 : wait * (17 / 16)),
      signal,
    });
  }

  async #valueOf({ status, text }: Answered): Promise<unknown> {
    const { key, prefix } = this.#consul;
    const entries = status === 404 ? [] : (JSON.parse(text) as readonly Entry[]);
    const texts = entries.map(({ Key, Value }) => [Key, decoded(Value)] as const);
    if (prefix)
      return namedValues(
        // Consul's folders are keys, too, that end in a slash.
        texts
          .filter(([name]) => !name.endsWith('/'))
          .map(([name, value]) => [name.slice(key.length), value] as const),
        this.#fields.parse,
      );
    const [first] = texts;
    if (first === undefined) throw new Error(`there is no key '${key}'`);
    return parseText(first[1], this.#fields.parse ?? formatOf(key) ?? 'text');
  }
}

const decoded = (value: string | null): string => Buffer.from(value ?? '', 'base64').toString();
