/** A request that waits to be sent. */
export interface Queued<Request> {
  readonly request: Request;
  /** Spans, points or records in it. */
  readonly items: number;
  readonly bytes: number;
}

export interface QueueLimits {
  readonly maxBytes: number;
  readonly maxRequests: number;
}

/** How an attempt to send has ended. */
export type Outcome =
  | { readonly kind: 'taken'; readonly rejected: number }
  /** Another attempt would end in the same way. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly retryAfter: number | null };

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

/** A request that a receiver has not taken for so long is given up: those behind it may fare better. */
const GIVES_UP_AFTER = 5 * 60_000;

/** A receiver that says to wait for longer is asked nevertheless. */
const LONGEST_WAIT = GIVES_UP_AFTER;

/**
 * What is sent when, to a receiver that may be slow or away: one request at a time, oldest first, again after a delay that
 * doubles. When it is full, the oldest give way. Times are milliseconds of any clock.
 */
export class SendQueue<Request> {
  readonly #limits: QueueLimits;
  readonly #waiting: Queued<Request>[] = [];
  #bytes = 0;
  #failures = 0;
  #failingSince = 0;
  #notBefore = 0;
  #isSending = false;
  /** Items, by what has become of them. */
  readonly counts = { sent: 0, dropped: 0, rejected: 0 };

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  add(queued: Queued<Request>): void {
    if (queued.bytes > this.#limits.maxBytes) {
      this.counts.dropped += queued.items;
      return;
    }
    this.#waiting.push(queued);
    this.#bytes += queued.bytes;
    while (this.#isOverfull) this.#dropOldest();
  }

  /** When the next request may be sent: a time, now at the earliest; `null`: nothing waits, or one is on its way. */
  dueAt(now: number): number | null {
    return this.#isSending || this.#waiting.length === 0 ? null : Math.max(now, this.#notBefore);
  }

  /** Takes the request that is due on its way; `ended` must follow. */
  next(now: number): Request | null {
    const due = this.dueAt(now);
    if (due === null || due > now) return null;
    this.#isSending = true;
    return this.#waiting[0]?.request ?? null;
  }

  /** `random` is from 0 to 1: several senders do not come back at the same moment. */
  ended(outcome: Outcome, now: number, random: number): void {
    this.#isSending = false;
    if (this.#waiting.length === 0) return;
    if (outcome.kind === 'failed') {
      this.#failed(outcome.retryAfter, now, random);
      return;
    }
    const items = this.#remove(0);
    const rejected = outcome.kind === 'taken' ? Math.min(outcome.rejected, items) : items;
    this.counts.rejected += rejected;
    this.counts.sent += items - rejected;
    this.#failures = 0;
    this.#notBefore = now;
  }

  /** Nothing more will be sent: what waits is dropped. */
  abandon(): void {
    while (this.#waiting.length > 0) this.counts.dropped += this.#remove(0);
  }

  #failed(retryAfter: number | null, now: number, random: number): void {
    if (this.#failures === 0) this.#failingSince = now;
    else if (now - this.#failingSince >= GIVES_UP_AFTER) {
      this.counts.dropped += this.#remove(0);
      this.#failingSince = now;
    }
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(this.#failures, 10)) * (0.5 + random);
    this.#failures += 1;
    this.#notBefore = now + Math.max(delay, Math.min(retryAfter ?? 0, LONGEST_WAIT));
  }

  get #isOverfull(): boolean {
    return this.#bytes > this.#limits.maxBytes || this.#waiting.length > this.#limits.maxRequests;
  }

  /** The one on its way stays: it may have been taken already. */
  #dropOldest(): void {
    this.counts.dropped += this.#remove(this.#isSending && this.#waiting.length > 1 ? 1 : 0);
  }

  #remove(at: number): number {
    const [removed] = this.#waiting.splice(at, 1);
    this.#bytes -= removed?.bytes ?? 0;
    return removed?.items ?? 0;
  }
}
