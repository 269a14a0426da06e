import { readSync } from 'node:fs';
import type { PausableSource } from '../../logs/backpressure.ts';
import type { MoveToFile } from '../../logs/log-file.ts';
import { openFifoHandle } from './fifo-handle.ts';
import { type KernelTransfer, LARGE_PIPE } from './kernel-transfer.ts';
import { Readiness } from './readiness.ts';

/** A read of at least this size belongs to a flood: pipes hold 64 KiB. */
const LARGE = 32 * 1024;
/** Maximum capacity of a pipe, unless root has raised fs.pipe-max-size. */
const FULL_PIPE = 1024 * 1024;
/** Number of reads before others get their turn. */
const READS_A_TURN = 4;

/** For the next read, whoever reads. New memory for each one costs half of the throughput. Null: it is in use. */
let memory: Buffer | null = null;

/**
 * The memory of the chunk is used again afterwards. `move`: it stands in the FIFO still, and may be moved to a file from
 * there.
 */
type TakeChunk = (chunk: Buffer, move: MoveToFile | null) => void;

interface FifoOptions {
  readonly fifo: number;
  readonly transfer: KernelTransfer | null;
  readonly take: TakeChunk;
  /**
   * Called when nobody has it open for writing any more. Without it, this process keeps the FIFO open for writing
   * itself.
   */
  readonly onEnd?: () => void;
}

/** Reads a FIFO from the first launch of its process to the end of the pod. */
export class FifoReader implements PausableSource {
  readonly #options: FifoOptions;
  readonly #readiness: Readiness;
  #isPaused = false;
  #isEnlarged = false;

  /** Closes the descriptor at the end. */
  constructor(options: FifoOptions) {
    this.#options = options;
    const open = () => openFifoHandle(options.fifo);
    this.#readiness = new Readiness(open, () => this.#readTurn());
  }

  pause(): void {
    this.#isPaused = true;
    this.#readiness.stop();
  }

  resume(): void {
    this.#isPaused = false;
    this.#readiness.start();
  }

  /** Reads the current content of the FIFO, even when it is paused, without waiting for more. */
  drain(): void {
    for (let drained = 0, bytes = -1; bytes !== 0 && drained < FULL_PIPE; drained += bytes)
      bytes = this.#readOnce();
  }

  close(): void {
    this.#readiness.close();
  }

  #readTurn(): void {
    for (let reads = 0; reads < READS_A_TURN && !this.#isPaused; reads += 1) {
      if (this.#readOnce() < LARGE) return;
    }
  }

  /** Returns the number of bytes. */
  #readOnce(): number {
    const target = memory ?? Buffer.allocUnsafeSlow(LARGE_PIPE);
    memory = null;
    const bytes = this.#readInto(target);
    memory = target;
    return bytes;
  }

  #readInto(target: Buffer): number {
    const { fifo, transfer: kernel, take } = this.#options;
    const bytes = kernel === null ? readNow(fifo, target) : kernel.peek(fifo, target);
    if (bytes === null) this.#end();
    if (bytes === null || bytes === 0) return 0;
    if (bytes >= LARGE && !this.#isEnlarged) this.#enlarge();
    const chunk = target.subarray(0, bytes);
    if (kernel === null) take(chunk, null);
    else this.#takeAndEmpty(chunk, kernel);
    return bytes;
  }

  #enlarge(): void {
    this.#isEnlarged = true;
    this.#options.transfer?.enlarge(this.#options.fifo);
  }

  /** A FIFO at its end would be reported as readable again and again. */
  #end(): void {
    this.#readiness.stop();
    this.#options.onEnd?.();
  }

  #takeAndEmpty(chunk: Buffer, kernel: KernelTransfer): void {
    const { fifo, take } = this.#options;
    let left = chunk.length;
    const move: MoveToFile = (file, bytes) => {
      const moved = kernel.move(fifo, file, bytes);
      left -= moved ?? 0;
      return moved;
    };
    take(chunk, move);
    // These bytes were not moved into a file.
    if (left > 0) readNow(fifo, chunk.subarray(0, left));
  }
}

/** 0: it is empty; null: and nobody can write to it. */
const readNow = (fifo: number, target: Buffer): number | null => {
  try {
    return readSync(fifo, target) || null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : null;
  }
};
