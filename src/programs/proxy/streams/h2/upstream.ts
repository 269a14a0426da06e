import type {
  Attempt,
  AttemptFailure,
  ResponseSink,
  Upstream,
  UpstreamRequest,
} from '../../http/upstream.ts';
import { H2Attempt } from './attempt.ts';
import { Session, type SessionOptions } from './session.ts';

export interface H2UpstreamOptions extends SessionOptions {
  readonly maxConnections: number;
}

/** An endpoint that speaks HTTP/2, with TLS or with prior knowledge: few connections with many streams. */
export class H2Upstream implements Upstream {
  readonly #options: H2UpstreamOptions;
  readonly #sessions = new Set<Session>();
  readonly #waiting = new Set<H2Attempt>();
  #isClosing = false;

  constructor(options: H2UpstreamOptions) {
    this.#options = { ...options, alpn: ['h2'] };
  }

  get openConnections(): number {
    return this.#sessions.size;
  }

  get #lasting(): readonly Session[] {
    return [...this.#sessions].filter((session) => !session.isEnding);
  }

  send(request: UpstreamRequest, sink: ResponseSink): Attempt {
    const attempt: H2Attempt = new H2Attempt(request, sink, () => {
      this.#waiting.delete(attempt);
      this.#closeIfServed();
    });
    this.#waiting.add(attempt);
    this.#assign();
    return attempt;
  }

  /** Who waits for a connection still gets one. */
  close(): void {
    this.#isClosing = true;
    this.#closeIfServed();
  }

  #closeIfServed(): void {
    if (!this.#isClosing || this.#waiting.size > 0) return;
    for (const session of [...this.#sessions]) session.close();
  }

  #assign(): void {
    for (const attempt of this.#waiting) {
      if (!this.#startOnOne(attempt)) break;
    }
    if (this.#waiting.size > 0) this.#openOneMore();
    this.#closeIfServed();
  }

  #startOnOne(attempt: H2Attempt): boolean {
    for (const session of this.#sessions) {
      if (!session.hasRoom) continue;
      this.#waiting.delete(attempt);
      if (attempt.start(session)) return true;
      this.#waiting.add(attempt);
    }
    return false;
  }

  /** One at a time: each shows how many streams it takes before another is opened. */
  #openOneMore(): void {
    const sessions = this.#lasting;
    const isConnecting = sessions.some((session) => session.isConnecting);
    if (isConnecting || sessions.length >= this.#options.maxConnections) return;
    const gone = (): void => void this.#sessions.delete(session);
    const session: Session = new Session(this.#options, {
      onRoom: () => this.#assign(),
      onFailure: (failure, cause) => {
        gone();
        this.#fail(failure, cause);
      },
      onClosed: () => {
        gone();
        this.#assign();
      },
    });
    this.#sessions.add(session);
  }

  /** Who waits for an open session goes on waiting for it. */
  #fail(failure: AttemptFailure, cause: Error): void {
    if (this.#lasting.length > 0) return;
    for (const attempt of [...this.#waiting]) {
      this.#waiting.delete(attempt);
      attempt.fail(failure, cause);
    }
  }
}
