import type { Backpressure } from '../logs/backpressure.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { after } from '../time/timers.ts';
import type { WriteBytes } from './output-sink.ts';

/** Number of queued bytes at which the processes' output is paused; it resumes at the lower mark. */
const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 256 * 1024;
/**
 * Bytes passed on in one go: enough to cost little, and few enough to see that a slow reader still reads. All that may
 * be queued fits into the caches of a processor.
 */
const BATCH_BYTES = 256 * 1024;
/** Number of batches whose memory is kept for the next ones: the block that exceeds the mark, with its prefixes, fills two. */
const SPARE_BATCHES = HIGH_WATER / BATCH_BYTES + 2;

interface Batch {
  readonly memory: Buffer;
  used: number;
}

interface WriterOptions {
  readonly write: WriteBytes;
  readonly backpressure: Backpressure;
  /** Called once, when nothing can be written any more; later output is thrown away. */
  readonly onClosed: (error: Error) => void;
}

/** A queue in front of a descriptor: writers never wait, and the order is kept. */
export class OutputWriter {
  readonly #options: WriterOptions;
  /** The last one is being filled. */
  #queue: Batch[] = [];
  /** New memory for each batch costs a tenth of the throughput. */
  readonly #spare: Buffer[] = [];
  #queuedBytes = 0;
  #isWriting = false;
  #isClosed = false;
  readonly #onProgress = new Set<() => void>();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** The bytes are copied. */
  write(bytes: Buffer | string): void {
    if (this.#isClosed || bytes.length === 0) return;
    this.#copy(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    if (this.#queuedBytes > HIGH_WATER) this.#options.backpressure.pause(this);
    if (this.#isWriting) return;
    this.#isWriting = true;
    // By then, everything that this turn of the loop has read is in the queue too.
    setImmediate(() => this.#writeBatch());
  }

  /**
   * Resolves when everything has gone, or when nothing was taken for `patience`. Resolves with false if something is
   * stuck.
   */
  async drain(patience: Milliseconds = Number.POSITIVE_INFINITY): Promise<boolean> {
    while (this.#isWriting) {
      if (!(await this.#progress(patience))) return false;
    }
    return true;
  }

  #progress(patience: Milliseconds): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (taken: boolean): void => {
        stopWaiting();
        this.#onProgress.delete(taking);
        resolve(taken);
      };
      const taking = () => settle(true);
      const stopWaiting =
        patience === Number.POSITIVE_INFINITY ? () => undefined : after(patience, () => settle(false));
      this.#onProgress.add(taking);
    });
  }

  #copy(bytes: Buffer): void {
    this.#queuedBytes += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      const batch = this.#batchWithRoom();
      const piece = bytes.subarray(from, from + batch.memory.length - batch.used);
      batch.memory.set(piece, batch.used);
      batch.used += piece.length;
      from += piece.length;
    }
  }

  #batchWithRoom(): Batch {
    const last = this.#queue.at(-1);
    if (last !== undefined && last.used < last.memory.length) return last;
    const batch = { memory: this.#spare.pop() ?? Buffer.allocUnsafeSlow(BATCH_BYTES), used: 0 };
    this.#queue.push(batch);
    return batch;
  }

  #writeBatch(): void {
    const batch = this.#queue.shift();
    if (batch === undefined) return;
    this.#options.write(batch.memory.subarray(0, batch.used), (error) => {
      this.#queuedBytes -= batch.used;
      if (this.#spare.length < SPARE_BATCHES) this.#spare.push(batch.memory);
      if (error !== null) this.#close(error);
      if (this.#queuedBytes < LOW_WATER) this.#options.backpressure.resume(this);
      this.#isWriting = this.#queue.length > 0;
      for (const taking of this.#onProgress) taking();
      if (this.#isWriting) this.#writeBatch();
    });
  }

  #close(error: Error): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#options.onClosed(error);
  }
}
