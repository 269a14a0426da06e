import { readSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { PausableSource } from '../../logs/backpressure.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now } from '../../time/timers.ts';
import { handleOf, Readiness } from '../output/readiness.ts';

/** The kernel passes on so much of a terminal's output in one read, and then has the next. */
const PIECE_BYTES = 4096;
const CHUNK_BYTES = 64 * 1024;
/** After this time others get their turn: a read waits for a thread of the kernel, which waits for a busy processor. */
const LONGEST_TURN: Milliseconds = 4;
/** More than the kernel keeps of a terminal's output. */
const FULL_TERMINAL = 1024 * 1024;

/** Shared by all terminals, one after the other. */
const shared = Buffer.allocUnsafeSlow(CHUNK_BYTES);

interface TerminalReaderOptions {
  readonly master: number;
  /** Called after each read, before the next: a kill in between loses what has not been saved. */
  readonly save: (piece: Buffer) => void;
  /** Takes several pieces together. Their memory is used again afterwards. */
  readonly take: (chunk: Buffer) => void;
}

/**
 * Reads the master of a pseudo-terminal. A turn of the loop for each piece would cost more than the piece: a turn reads
 * pieces until there is little left, or a chunk is full and others get their turn.
 */
export class TerminalReader implements PausableSource {
  readonly #options: TerminalReaderOptions;
  readonly #readiness: Readiness;

  /** Closes the master at the end. */
  constructor(options: TerminalReaderOptions) {
    this.#options = options;
    this.#readiness = new Readiness(
      () => handleOf(new ReadStream(options.master)),
      () => this.#readChunk(),
    );
  }

  pause(): void {
    this.#readiness.stop();
  }

  resume(): void {
    this.#readiness.start();
  }

  /** Reads what there is, even when it is paused, without waiting for more. */
  drain(): void {
    for (let drained = 0, bytes = -1; bytes !== 0 && drained < FULL_TERMINAL; drained += bytes)
      bytes = this.#readChunk();
  }

  close(): void {
    this.#readiness.close();
  }

  /** Returns the number of bytes. */
  #readChunk(): number {
    const until = now() + LONGEST_TURN;
    let end = 0;
    let bytes: number;
    do {
      bytes = this.#readPiece(end);
      end += bytes;
      // After half a piece or less there is seldom more, and to find nothing costs as much as to read.
    } while (bytes > PIECE_BYTES / 2 && end + PIECE_BYTES <= CHUNK_BYTES && now() < until);
    if (end > 0) this.#options.take(shared.subarray(0, end));
    return end;
  }

  #readPiece(at: number): number {
    const { master, save } = this.#options;
    const bytes = readNow(master, at);
    if (bytes > 0) save(shared.subarray(at, at + bytes));
    return bytes;
  }
}

/** 0: there is nothing. */
const readNow = (master: number, at: number): number => {
  try {
    return readSync(master, shared, at, PIECE_BYTES, null);
  } catch {
    return 0;
  }
};
