import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { FlowSource } from '../../logs/flow.ts';

/** As much as a pipe holds. */
const READ_BYTES = 64 * 1024;
/** What a pipe can hold at the most, unless root has raised fs.pipe-max-size. */
const FULL_PIPE = 1024 * 1024;
/** A read of at least this much is the way of a flood, which is read into blocks of so many bytes. */
const LARGE = 16 * 1024;
const BLOCK_BYTES = 256 * 1024;

/** For small reads, one after the other: what comes is copied. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * Reads a FIFO from the first launch of its process until the pod has ended.
 *
 * Node's streams make a new buffer for each read, which costs half of all throughput; here a flood fills blocks, of
 * which what was read is handed on uncopied.
 */
export class FifoReader implements FlowSource {
  readonly #fifo: number;
  readonly #take: (chunk: Buffer) => void;
  readonly #socket: Socket;
  /** What of the block in use is still free. */
  #free: Buffer | null = null;

  /** Closes the descriptor in the end. What is given to `take` is the taker's. */
  constructor(fifo: number, take: (chunk: Buffer) => void) {
    this.#fifo = fifo;
    this.#take = take;
    const onread = {
      buffer: () => this.#target(),
      callback: (bytes: number) => this.#took(bytes),
    };
    this.#socket = new Socket({ fd: fifo, writable: false, onread });
    this.#socket.on('error', () => undefined);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Takes what is in the FIFO now, even when it is paused; what somebody goes on writing is not waited for. */
  drain(): void {
    for (let drained = 0, bytes = -1; bytes !== 0 && drained < FULL_PIPE; drained += bytes) {
      bytes = readNow(this.#fifo, this.#target());
      if (bytes > 0) this.#took(bytes);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #target(): Buffer {
    return this.#free?.subarray(0, READ_BYTES) ?? shared;
  }

  #took(bytes: number): true {
    const isLarge = bytes >= LARGE;
    if (this.#free === null || !isLarge) {
      const chunk = Buffer.from(this.#target().subarray(0, bytes));
      if (isLarge) this.#free = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.#take(chunk);
    } else {
      const chunk = this.#free.subarray(0, bytes);
      const rest = this.#free.subarray(bytes);
      this.#free = rest.length < READ_BYTES ? null : rest;
      this.#take(chunk);
    }
    return true;
  }
}

/** 0: nothing is there. */
const readNow = (fifo: number, target: Buffer): number => {
  try {
    return readSync(fifo, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
};
