import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { after, now } from '../../time/timers.ts';
import { decodeResponse, type Encoding, encode, type Requests } from './codec.ts';
import type { Signal } from './messages.ts';
import { type Outcome, SendQueue } from './send-queue.ts';

export interface SenderOptions {
  /** The receiver's address, as in `OTEL_EXPORTER_OTLP_ENDPOINT`: `/v1/traces` and so on are appended. */
  readonly endpoint: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `'protobuf'`. */
  readonly encoding?: Encoding;
  /** Default: none. Bodies to this machine need none. */
  readonly compression?: 'gzip' | 'none';
  /** Milliseconds until an attempt has failed. Default 10,000. */
  readonly timeout?: number;
  /** What waits has so many bytes at most; the oldest give way. Default 16 MiB. */
  readonly maxQueueBytes?: number;
}

interface Outgoing {
  readonly signal: Signal;
  readonly body: Buffer;
}

/** Requests that wait at the same time at most. */
const MOST_WAITING = 10_000;

/** An answer has no larger body. */
const LARGEST_ANSWER = 64 * 1024;

const PATHS = { traces: 'v1/traces', metrics: 'v1/metrics', logs: 'v1/logs' } as const;
const TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/**
 * Sends requests of OTLP over HTTP, one at a time and in order. A receiver that is away or busy (408, 429, 5xx) is asked
 * again, with a delay that doubles, or as long as its `Retry-After` says.
 *
 * @example
 * const sender = new OtlpSender({ endpoint: 'http://127.0.0.1:4318' });
 * await sender.send('traces', request, 1);
 * await sender.close(2_000);
 */
export class OtlpSender {
  readonly #options: SenderOptions;
  readonly #agent: Agent;
  readonly #queue: SendQueue<Outgoing>;
  #cancel: (() => void) | undefined;
  #whenIdle: (() => void) | undefined;
  #lastError: string | null = null;
  readonly #isTls: boolean;
  #isClosed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#isTls = options.endpoint.startsWith('https:');
    const settings = { keepAlive: true, maxSockets: 1 };
    this.#agent = this.#isTls ? new TlsAgent(settings) : new Agent(settings);
    const maxBytes = options.maxQueueBytes ?? 16 * 1024 * 1024;
    this.#queue = new SendQueue({ maxBytes, maxRequests: MOST_WAITING });
  }

  /** Spans, points and records so far: `dropped` had no room or no receiver, `rejected` were refused by it. */
  get counts(): { readonly sent: number; readonly dropped: number; readonly rejected: number } {
    return this.#queue.counts;
  }

  get waiting(): { readonly requests: number; readonly bytes: number } {
    return { requests: this.#queue.length, bytes: this.#queue.bytes };
  }

  /** Why the last attempt has failed; `null` if it has not. */
  get lastError(): string | null {
    return this.#lastError;
  }

  /** Puts a request in the queue. `items` are its spans, points or records. */
  async send<Sent extends Signal>(signal: Sent, message: Requests[Sent], items: number): Promise<void> {
    const plain = await encode(signal, message, this.#options.encoding ?? 'protobuf');
    const body = this.#options.compression === 'gzip' ? await promisify(gzip)(plain) : plain;
    this.#queue.add({ request: { signal, body }, items, bytes: body.length });
    this.#schedule();
  }

  /** Resolves once everything was sent, or after so many milliseconds; the rest counts as dropped. */
  async close(within: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenIdle = resolve;
    const cancel = after(within, resolve);
    this.#schedule();
    await promise;
    cancel();
    this.#cancel?.();
    this.#isClosed = true;
    this.#queue.abandon();
    this.#agent.destroy();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#cancel?.();
    this.#cancel = undefined;
    const at = now();
    const due = this.#queue.dueAt(at);
    if (due !== null) this.#cancel = after(due - at, () => void this.#attempt(), { ref: false });
    else if (this.#queue.length === 0) this.#whenIdle?.();
  }

  async #attempt(): Promise<void> {
    const outgoing = this.#queue.next(now());
    if (outgoing === null) return this.#schedule();
    const outcome = await this.#post(outgoing).catch((error: Error): Outcome => {
      this.#lastError = error.message;
      return { kind: 'failed', retryAfter: null };
    });
    if (outcome.kind === 'taken') this.#lastError = null;
    this.#queue.ended(outcome, now(), Math.random());
    this.#schedule();
  }

  async #post({ signal, body }: Outgoing): Promise<Outcome> {
    const response = await this.#request(signal, body);
    const answer = await bodyOf(response);
    const status = response.statusCode ?? 0;
    if (status < 300) return this.#taken(signal, answer);
    this.#lastError = `${this.#url(signal)} answered with ${status}`;
    const mayRetry = status === 408 || status === 429 || status >= 500;
    return mayRetry ? { kind: 'failed', retryAfter: retryAfterOf(response) } : { kind: 'refused' };
  }

  async #taken(signal: Signal, answer: Buffer): Promise<Outcome> {
    // A receiver that answers with something else has taken the request nevertheless.
    const partial = await decodeResponse(signal, answer, this.#options.encoding ?? 'protobuf').catch(
      () => null,
    );
    return { kind: 'taken', rejected: partial?.rejected ?? 0 };
  }

  #request(signal: Signal, body: Buffer): Promise<IncomingMessage> {
    const { encoding = 'protobuf', compression = 'none', timeout = 10_000, headers } = this.#options;
    return new Promise((resolve, reject) => {
      const settings = {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'user-agent': 'sidecarctl',
          ...headers,
          'content-type': TYPES[encoding],
          'content-length': body.length,
          ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
        },
      };
      const sent = (this.#isTls ? tlsRequest : request)(this.#url(signal), settings, resolve);
      const cancel = after(timeout, () => sent.destroy(new Error(`no answer within ${timeout} ms`)));
      sent.once('error', reject).once('close', cancel);
      sent.end(body);
    });
  }

  #url(signal: Signal): string {
    return `${this.#options.endpoint.replace(/\/+$/, '')}/${PATHS[signal]}`;
  }
}

const bodyOf = async (response: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LARGEST_ANSWER) throw new Error(`the answer has more than ${LARGEST_ANSWER} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
};

/** Milliseconds: the header has seconds, or a date. */
const retryAfterOf = ({ headers }: IncomingMessage): number | null => {
  const written = headers['retry-after'];
  if (written === undefined) return null;
  // Every form of a date in HTTP begins with the day of the week. Node would take "1.5" for a day in January.
  const at = /^[A-Z]/i.test(written) ? Date.parse(written) - Date.now() : Number.NaN;
  const milliseconds = /^\d+$/.test(written) ? Number(written) * 1_000 : at;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
};
