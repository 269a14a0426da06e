/** Maximum for all clients together of bytes that they have not read yet. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A client with unread bytes. */
interface Waiting {
  /** Number of bytes it has not taken yet. */
  readonly bytes: number;
  cutOff(): void;
}

/**
 * The clients with unread bytes. When these are too many for all together, the clients that have waited longest are
 * disconnected: a client that reads never waits long, and the memory is the pod's.
 */
export class Backlog {
  readonly #most: number;
  /** Clients that have waited longest come first. */
  readonly #waiting = new Set<Waiting>();

  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  wait(client: Waiting): void {
    this.#waiting.add(client);
    let bytes = 0;
    for (const each of this.#waiting) bytes += each.bytes;
    for (const oldest of this.#waiting) {
      if (bytes <= this.#most) return;
      bytes -= oldest.bytes;
      this.#waiting.delete(oldest);
      oldest.cutOff();
    }
  }

  hasRead(client: Waiting): void {
    this.#waiting.delete(client);
  }
}
