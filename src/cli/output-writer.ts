import type { Backpressure } from '../logs/backpressure.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { after } from '../time/timers.ts';
import type { WriteBytes } from './output-sink.ts';

/** Number of queued bytes at which the processes' output is paused; it resumes at the lower mark. */
const HIGH_WATER = 4 * 1024 * 1024;
const LOW_WATER = 1024 * 1024;
/** Bytes passed on in one go: enough to cost little, and few enough to see that a slow reader still reads. */
const BATCH_BYTES = 1024 * 1024;

/** A string has one byte a character: it becomes bytes only where these are needed. */
type Piece = Buffer | string;

interface WriterOptions {
  readonly write: WriteBytes;
  readonly backpressure: Backpressure;
  /** Called once, when nothing can be written any more; later output is thrown away. */
  readonly onClosed: (error: Error) => void;
}

/** A queue in front of a descriptor: writers never wait, and the order is kept. */
export class OutputWriter {
  readonly #options: WriterOptions;
  #queue: Piece[] = [];
  /** Reused for every batch: a new one each time costs a tenth of the throughput. */
  #batch: Buffer | null = null;
  #queuedBytes = 0;
  #isWriting = false;
  #isClosed = false;
  readonly #onProgress = new Set<() => void>();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Pass `latin1` for a string with one byte a character: it is not encoded then. */
  write(bytes: Buffer | string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    if (this.#isClosed || bytes.length === 0) return;
    const piece = typeof bytes === 'string' && encoding === 'utf8' ? Buffer.from(bytes) : bytes;
    this.#queue.push(piece);
    this.#queuedBytes += piece.length;
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

  #writeBatch(): void {
    const batch = this.#fillBatch();
    this.#options.write(batch, (error) => {
      this.#queuedBytes -= batch.length;
      if (error !== null) this.#close(error);
      if (this.#queuedBytes < LOW_WATER) this.#options.backpressure.resume(this);
      this.#isWriting = this.#queue.length > 0;
      for (const taking of this.#onProgress) taking();
      if (this.#isWriting) this.#writeBatch();
    });
  }

  /** Takes as much of the queue as fits; a piece that is larger than a batch goes by itself. */
  #fillBatch(): Buffer {
    this.#batch ??= Buffer.allocUnsafeSlow(BATCH_BYTES);
    const [first = ''] = this.#queue;
    if (first.length > BATCH_BYTES) return toBuffer(this.#queue.shift() ?? '');
    let [count, bytes] = [0, 0];
    for (const piece of this.#queue) {
      if (bytes + piece.length > BATCH_BYTES) break;
      if (typeof piece === 'string') this.#batch.write(piece, bytes, 'latin1');
      else this.#batch.set(piece, bytes);
      bytes += piece.length;
      count += 1;
    }
    this.#queue.splice(0, count);
    return this.#batch.subarray(0, bytes);
  }

  #close(error: Error): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#options.onClosed(error);
  }
}

const toBuffer = (piece: Piece): Buffer => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
