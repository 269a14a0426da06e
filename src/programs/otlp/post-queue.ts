import type { Agent, IncomingMessage } from 'node:http';
import { after, now } from '../../time/timers.ts';
import { clientFor } from '../client-for.ts';
import { shownUrl } from '../shown-url.ts';
import { type Outcome, SendQueue } from './send-queue.ts';

/** A request that is sent by POST. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How many items a receiver that has taken it says that it has not taken. Default: none. */
  readonly rejectedIn?: (answer: Buffer) => Promise<number>;
}

export interface PostQueueOptions {
  /** Milliseconds until an attempt has failed. Default 10,000. */
  readonly timeout?: number;
  /** What waits has so many bytes at most; the oldest give way. Default 16 MiB. */
  readonly maxQueueBytes?: number;
}

const ONE_SOCKET = { keepAlive: true, maxSockets: 1 };

/** Requests that wait at the same time at most. */
const MOST_WAITING = 10_000;

/** An answer has no larger body. */
const LARGEST_ANSWER = 64 * 1024;

/**
 * Sends requests to one receiver, one at a time and in order. A receiver that is away or busy (408, 429, 5xx) is asked again,
 * with a delay that doubles, or as long as its `Retry-After` says.
 */
export class PostQueue {
  readonly #options: PostQueueOptions;
  /** By protocol. */
  readonly #agents = new Map<string, Agent>();
  readonly #queue: SendQueue<Post>;
  #cancel: (() => void) | undefined;
  #whenIdle: (() => void) | undefined;
  #lastError: string | null = null;
  #isClosed = false;

  constructor(options: PostQueueOptions) {
    this.#options = options;
    const maxBytes = options.maxQueueBytes ?? 16 * 1024 * 1024;
    this.#queue = new SendQueue({ maxBytes, maxRequests: MOST_WAITING });
  }

  /** Items so far: `dropped` had no room or no receiver, `rejected` were refused by it. */
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

  /** `items`: spans, points or records in the request. */
  add(post: Post, items: number): void {
    this.#queue.add({ request: post, items, bytes: post.body.length });
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
    for (const agent of this.#agents.values()) agent.destroy();
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
    const post = this.#queue.next(now());
    if (post === null) return this.#schedule();
    const outcome = await this.#outcomeOf(post).catch((error: Error): Outcome => {
      this.#lastError = error.message;
      return { kind: 'failed', retryAfter: null };
    });
    if (outcome.kind === 'taken') this.#lastError = null;
    this.#queue.ended(outcome, now(), Math.random());
    this.#schedule();
  }

  async #outcomeOf(post: Post): Promise<Outcome> {
    const response = await this.#request(post);
    const answer = await bodyOf(response);
    const status = response.statusCode ?? 0;
    if (status < 300) return { kind: 'taken', rejected: (await post.rejectedIn?.(answer)) ?? 0 };
    this.#lastError = `${shownUrl(post.url)} answered with ${status}`;
    const mayRetry = status === 408 || status === 429 || status >= 500;
    return mayRetry ? { kind: 'failed', retryAfter: retryAfterOf(response) } : { kind: 'refused' };
  }

  #request({ url, headers, body }: Post): Promise<IncomingMessage> {
    const { timeout = 10_000 } = this.#options;
    return new Promise((resolve, reject) => {
      const settings = {
        method: 'POST',
        agent: this.#agentFor(url),
        headers: { 'user-agent': 'sidecarctl', ...headers, 'content-length': body.length },
      };
      const sent = clientFor(url).request(url, settings, resolve);
      const cancel = after(timeout, () => sent.destroy(new Error(`no answer within ${timeout} ms`)));
      sent.once('error', reject).once('close', cancel);
      sent.end(body);
    });
  }

  #agentFor(url: string): Agent {
    const { protocol } = new URL(url);
    const agent = this.#agents.get(protocol) ?? new (clientFor(url).Agent)(ONE_SOCKET);
    this.#agents.set(protocol, agent);
    return agent;
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
