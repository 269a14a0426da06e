import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { after, every, now } from '../../../../time/timers.ts';

export interface Keepalive {
  /** Milliseconds of silence before a request, after which it is asked whether anybody is there. */
  readonly silence: number;
  /** The same while streams are open: servers of gRPC close a connection that asks more than every 5 minutes. */
  readonly silenceOfOpen: number;
  /** Milliseconds until the answer. */
  readonly answer: number;
}

/**
 * For endpoints on other machines, which can vanish without a word. Those on this machine cannot, and a process that a
 * debugger has stopped must not lose its requests.
 */
export const KEEPALIVE: Keepalive = { silence: 10_000, silenceOfOpen: 330_000, answer: 5_000 };

/** Finds a connection that is dead: by a ping after silence, when it is needed again. */
export class Heartbeat {
  readonly #session: ClientHttp2Session;
  readonly #socket: Socket;
  readonly #keepalive: Keepalive;
  readonly #stopLooking: () => void;
  #heard = 0;
  #heardAt = now();
  #stopWaiting: (() => void) | null = null;

  /** `openStreams` tells how many streams are open. */
  constructor(session: ClientHttp2Session, socket: Socket, keepalive: Keepalive, openStreams: () => number) {
    this.#session = session;
    this.#socket = socket;
    this.#keepalive = keepalive;
    const { silenceOfOpen } = keepalive;
    this.#stopLooking = every(silenceOfOpen / 10, () => {
      if (openStreams() > 0) this.#askAfter(silenceOfOpen);
      else this.#listen();
    });
    session.once('close', () => this.#stop());
  }

  /** To be called after a request has been sent: servers of gRPC take a ping amiss when no stream is open. */
  onRequest(): void {
    this.#askAfter(this.#keepalive.silence);
  }

  onResponse(): void {
    this.#listen();
  }

  #askAfter(silence: number): void {
    this.#listen();
    if (this.#stopWaiting !== null || now() - this.#heardAt < silence) return;
    const { answer } = this.#keepalive;
    this.#stopWaiting = after(answer, () =>
      this.#session.destroy(new Error(`the endpoint did not answer a ping within ${answer} ms`)),
    );
    this.#session.ping(() => this.#answered());
  }

  #listen(): void {
    const { bytesRead } = this.#socket;
    if (bytesRead === this.#heard) return;
    this.#heard = bytesRead;
    this.#heardAt = now();
  }

  #answered(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    this.#listen();
  }

  #stop(): void {
    this.#stopLooking();
    this.#stopWaiting?.();
  }
}
