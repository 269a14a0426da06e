/** What is kept for all clients together that have not read it yet. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A client with something to read. */
interface Waiting {
  /** Not taken by it so far. */
  readonly bytes: number;
  cutOff(): void;
}

/**
 * The clients that have not read what was sent to them. When that is too much for all together, those who have waited
 * longest are cut off: somebody who reads never waits for long, and memory is the pod's.
 */
export class Backlog {
  readonly #most: number;
  /** Those that have waited longest come first. */
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
