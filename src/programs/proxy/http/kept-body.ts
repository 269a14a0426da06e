import { Readable } from 'node:stream';

/** Bytes of bodies that wait to be sent again, of all requests together. */
export class HeldBytes {
  most: number;
  used = 0;

  constructor(most: number) {
    this.most = most;
  }
}

interface KeptBodySettings {
  /** A larger body is sent once. */
  readonly limit: number;
  readonly held: HeldBytes;
  /** Bytes have come. */
  readonly onBytes: (count: number) => void;
}

/** The body of a request, which is passed on as it comes, and kept for another attempt while it is small enough. */
export class KeptBody {
  readonly #source: Readable;
  readonly #settings: KeptBodySettings;
  #kept: Buffer[] | null = [];
  #keptBytes = 0;
  #hasEnded = false;
  #isRead = false;
  #reader: Readable | null = null;
  #onWhole: ((body: Buffer) => void) | null = null;

  constructor(source: Readable, settings: KeptBodySettings) {
    this.#source = source;
    this.#settings = settings;
    if (settings.limit <= 0) this.#kept = null;
  }

  /** Whether another attempt would send all of it. */
  get canSendAgain(): boolean {
    return this.#kept !== null || !this.#isRead;
  }

  /** The body for one attempt. The one for the attempt before gets no more. */
  open(): Readable {
    this.#reader = new Readable({ read: () => this.#resume() });
    // Whoever reads it may give up at any time.
    this.#reader.on('error', () => undefined);
    for (const chunk of this.#kept ?? []) this.#reader.push(chunk);
    if (this.#hasEnded) this.#reader.push(null);
    return this.#reader;
  }

  /** The attempt reads no more. What is still to come waits for the next one. */
  closeReader(): void {
    this.#reader = null;
    if (this.#isRead && !this.#hasEnded) this.#source.pause();
  }

  /** Called once it has come whole, if it is small enough by then. */
  whenWhole(call: (body: Buffer) => void): void {
    this.#onWhole = call;
    this.#tellWhole();
  }

  /** There is no other attempt. */
  forget(): void {
    if (this.#kept === null) return;
    this.#kept = null;
    this.#settings.held.used -= this.#keptBytes;
    this.#keptBytes = 0;
  }

  #resume(): void {
    if (this.#hasEnded) return;
    if (!this.#isRead) {
      this.#isRead = true;
      this.#source.on('data', (chunk: Buffer) => this.#take(chunk)).on('end', () => this.#end());
    }
    this.#source.resume();
  }

  #take(chunk: Buffer): void {
    this.#settings.onBytes(chunk.length);
    this.#keep(chunk);
    if (this.#reader?.push(chunk) === false) this.#source.pause();
  }

  #keep(chunk: Buffer): void {
    const { held, limit } = this.#settings;
    if (this.#kept === null) return;
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    held.used += chunk.length;
    if (this.#keptBytes > limit || held.used > held.most) this.forget();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#reader?.push(null);
    this.#tellWhole();
  }

  #tellWhole(): void {
    if (!this.#hasEnded || this.#kept === null) return;
    this.#onWhole?.(Buffer.concat(this.#kept));
    this.#onWhole = null;
  }
}
