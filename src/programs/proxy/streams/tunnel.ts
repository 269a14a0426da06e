import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reset } from './reset.ts';

/** Seconds since the start, as far as somebody has counted them. */
export interface Clock {
  readonly seconds: number;
}

export interface TunnelSettings {
  readonly client: Duplex;
  readonly upstream: Duplex;
  /** Milliseconds without a byte in either direction; 0: as long as it takes. */
  readonly idleTimeout: number;
  readonly clock: Clock;
  readonly onEnd: (end: TunnelEnd) => void;
}

export interface TunnelEnd {
  /** From the client, and to it. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Which side broke it off, or that it was idle; `null`: both sides have ended. */
  readonly flag: 'DC' | 'UC' | 'SI' | null;
}

/**
 * Joins two streams: the bytes, the end of each direction, and resets. No stream is faster than the other takes it. Both
 * have to stay open for one direction when the other has ended.
 */
export class Tunnel {
  readonly #settings: TunnelSettings;
  #bytesReceived = 0;
  #bytesSent = 0;
  #touchedAt: number;
  #flag: TunnelEnd['flag'] = null;
  #isCut = false;
  #open = 2;

  constructor(settings: TunnelSettings) {
    const { client, upstream, clock } = settings;
    this.#settings = settings;
    this.#touchedAt = clock.seconds;
    client.on('data', (chunk: Buffer) => {
      this.#bytesReceived += chunk.length;
      this.#pass(chunk, client, upstream);
    });
    upstream.on('data', (chunk: Buffer) => {
      this.#bytesSent += chunk.length;
      this.#pass(chunk, upstream, client);
    });
    this.#watch(client, upstream, 'DC');
    this.#watch(upstream, client, 'UC');
    client.resume();
    upstream.resume();
  }

  /** `seconds` are those of the clock. */
  checkIdle(seconds: number): void {
    const { idleTimeout } = this.#settings;
    if (idleTimeout === 0 || (seconds - this.#touchedAt) * 1000 < idleTimeout + 1000) return;
    this.#cut('SI');
    this.#settings.client.destroy();
    this.#settings.upstream.destroy();
  }

  /** Ends both directions in an orderly way, for a program that is about to stop. */
  end(): void {
    this.#settings.client.end();
    this.#settings.upstream.end();
  }

  #pass(chunk: Buffer, from: Duplex, to: Duplex): void {
    this.#touchedAt = this.#settings.clock.seconds;
    if (!to.write(chunk)) from.pause();
  }

  #watch(stream: Duplex, other: Duplex, flag: 'DC' | 'UC'): void {
    let hasFailed = false;
    stream.on('end', () => other.end());
    stream.on('drain', () => other.resume());
    stream.on('error', () => {
      hasFailed = true;
    });
    stream.once('close', () => {
      if (hasFailed || isReset(stream)) {
        this.#cut(flag);
        reset(other);
      } else if (!stream.readableEnded || !stream.writableFinished) {
        this.#cut(flag);
        endSoon(other);
      }
      this.#closed();
    });
  }

  #cut(flag: 'DC' | 'UC' | 'SI'): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#flag = flag;
  }

  #closed(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    this.#settings.onEnd({
      bytesReceived: this.#bytesReceived,
      bytesSent: this.#bytesSent,
      flag: this.#flag,
    });
  }
}

/** A stream of HTTP/2 that was cancelled has no error. */
const isReset = (stream: Duplex): boolean => ((stream as { readonly rstCode?: number }).rstCode ?? 0) !== 0;

/** What has been written still arrives. */
const endSoon = (stream: Duplex): void => {
  const { destroySoon } = stream as Partial<Socket>;
  if (destroySoon !== undefined) destroySoon.call(stream);
  else stream.end();
};
