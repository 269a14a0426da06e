import type { Milliseconds } from '../core/pod-spec.ts';
import type { Flow } from '../logs/flow.ts';
import type { WriteBatch } from './output-sink.ts';

/** Queued bytes at which the processes' output is held back, and at which it goes on. */
const HIGH_WATER = 4 * 1024 * 1024;
const LOW_WATER = 1024 * 1024;
/** What is handed over in one go: large enough to cost little, small enough to see that a slow reader still takes. */
const BATCH_BYTES = 1024 * 1024;

export interface WriterOptions {
  readonly write: WriteBatch;
  readonly flow: Flow;
  /** Called once, when nobody reads any more; what is written after that is thrown away. */
  readonly onClosed: () => void;
}

/** A queue in front of a descriptor: whoever writes never waits, and nothing overtakes. */
export class OutputWriter {
  readonly #options: WriterOptions;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #isWriting = false;
  #isClosed = false;
  readonly #onProgress = new Set<() => void>();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  write(bytes: Buffer | string): void {
    if (this.#isClosed || bytes.length === 0) return;
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    this.#queue.push(buffer);
    this.#queuedBytes += buffer.length;
    if (this.#queuedBytes > HIGH_WATER) this.#options.flow.hold(this);
    if (this.#isWriting) return;
    this.#isWriting = true;
    // By then everything that this turn of the loop has read is there too.
    setImmediate(() => this.#writeBatch());
  }

  /** Resolves when all has gone, or nothing has been taken for so long. False: something is stuck for good. */
  async drain(patience: Milliseconds): Promise<boolean> {
    while (this.#isWriting) {
      if (!(await this.#progress(patience))) return false;
    }
    return true;
  }

  #progress(patience: Milliseconds): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (taken: boolean): void => {
        clearTimeout(timer);
        this.#onProgress.delete(taking);
        resolve(taken);
      };
      const taking = () => settle(true);
      const timer = setTimeout(settle, patience, false);
      this.#onProgress.add(taking);
    });
  }

  #writeBatch(): void {
    const batch = this.#takeBatch();
    const bytes = batch.reduce((sum, { length }) => sum + length, 0);
    this.#options.write(batch, (error) => {
      this.#queuedBytes -= bytes;
      if (error !== null) this.#close();
      if (this.#queuedBytes < LOW_WATER) this.#options.flow.release(this);
      this.#isWriting = this.#queue.length > 0;
      for (const taking of this.#onProgress) taking();
      if (this.#isWriting) this.#writeBatch();
    });
  }

  #takeBatch(): Buffer[] {
    let count = 0;
    for (let bytes = 0; count < this.#queue.length && bytes < BATCH_BYTES; count += 1)
      bytes += this.#queue[count]?.length ?? 0;
    if (count < this.#queue.length) return this.#queue.splice(0, count);
    const all = this.#queue;
    this.#queue = [];
    return all;
  }

  #close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#options.onClosed();
  }
}
