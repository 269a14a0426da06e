import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { decodeResponse, type Encoding, encode, type Requests } from './codec.ts';
import type { Signal } from './messages.ts';
import { PostQueue, type PostQueueOptions } from './post-queue.ts';

export interface SenderOptions extends PostQueueOptions {
  /** The receiver's address, as in `OTEL_EXPORTER_OTLP_ENDPOINT`: `/v1/traces` and so on are appended. */
  readonly endpoint: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `'protobuf'`. */
  readonly encoding?: Encoding;
  /** Default: none. Bodies to this machine need none. */
  readonly compression?: 'gzip' | 'none';
}

const PATHS = { traces: 'v1/traces', metrics: 'v1/metrics', logs: 'v1/logs' } as const;
const TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/**
 * Sends requests of OTLP over HTTP.
 *
 * @example
 * const sender = new OtlpSender({ endpoint: 'http://127.0.0.1:4318' });
 * await sender.send('traces', request, 1);
 * await sender.close(2_000);
 */
export class OtlpSender {
  readonly #options: SenderOptions;
  readonly #queue: PostQueue;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#queue = new PostQueue(options);
  }

  /** Spans, points and records so far: `dropped` had no room or no receiver, `rejected` were refused by it. */
  get counts(): PostQueue['counts'] {
    return this.#queue.counts;
  }

  get waiting(): PostQueue['waiting'] {
    return this.#queue.waiting;
  }

  /** Why the last attempt has failed; `null` if it has not. */
  get lastError(): string | null {
    return this.#queue.lastError;
  }

  /** Puts a request in the queue. `items` are its spans, points or records. */
  async send<Sent extends Signal>(signal: Sent, message: Requests[Sent], items: number): Promise<void> {
    await this.sendBytes(signal, await encode(signal, message, this.#options.encoding ?? 'protobuf'), items);
  }

  /** The same of a request that is written already, in the sender's encoding. */
  async sendBytes(signal: Signal, plain: Buffer, items: number): Promise<void> {
    const { encoding = 'protobuf', compression = 'none', headers } = this.#options;
    const body = compression === 'gzip' ? await promisify(gzip)(plain) : plain;
    const all = {
      ...headers,
      'content-type': TYPES[encoding],
      ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    };
    const rejectedIn = (answer: Buffer): Promise<number> => rejectedBy(signal, answer, encoding);
    this.#queue.add({ url: this.#url(signal), headers: all, body, rejectedIn }, items);
  }

  /** Resolves once everything was sent, or after so many milliseconds; the rest counts as dropped. */
  close(within: number): Promise<void> {
    return this.#queue.close(within);
  }

  #url(signal: Signal): string {
    return `${this.#options.endpoint.replace(/\/+$/, '')}/${PATHS[signal]}`;
  }
}

/** A receiver that answers with something else has taken the request nevertheless. */
const rejectedBy = async (signal: Signal, answer: Buffer, encoding: Encoding): Promise<number> => {
  const partial = await decodeResponse(signal, answer, encoding).catch(() => null);
  return partial?.rejected ?? 0;
};
