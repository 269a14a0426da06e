import { writeSync } from 'node:fs';
import type { InputRefusal } from '../../model/input-refusal.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, Timers } from '../../time/timers.ts';
import { type Input, MOST_BYTES } from '../launch/input.ts';

/** Ctrl-D: the program reads an end, unless it has changed the terminal's modes. */
const END_OF_FILE = Buffer.from('\x04');
/** Pause after a write for which there was no room. It doubles while there is none. */
const FIRST_PAUSE: Milliseconds = 1;
const LONGEST_PAUSE: Milliseconds = 64;

/**
 * Keys for a terminal. What there is no room for waits here. Node's own stream would wait in its write, and the whole
 * supervisor with it: libuv makes writes to the master of a pseudo-terminal block.
 */
export class TerminalInput implements Input {
  readonly #master: number;
  readonly #timers = new Timers<'room'>();
  #waiting: Buffer[] = [];
  #bytes = 0;
  #pause = FIRST_PAUSE;

  constructor(master: number) {
    this.#master = master;
  }

  write(bytes: Buffer, end: boolean): InputRefusal | null {
    if (this.#bytes + bytes.length > MOST_BYTES) return 'unread';
    const isIdle = this.#bytes === 0;
    for (const piece of end ? [bytes, END_OF_FILE] : [bytes]) this.#add(piece);
    if (isIdle) this.#pump();
    return null;
  }

  /** Forgets what waits: it was meant for a process that is gone. */
  clear(): void {
    this.#timers.disarmAll();
    this.#waiting = [];
    this.#bytes = 0;
  }

  #add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#waiting.push(piece);
    this.#bytes += piece.length;
  }

  #pump(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const written = writeNow(this.#master, next);
      if (written === 0) return this.#awaitRoom();
      this.#pause = FIRST_PAUSE;
      this.#bytes -= written;
      if (written === next.length) this.#waiting.shift();
      else this.#waiting[0] = next.subarray(written);
    }
  }

  #awaitRoom(): void {
    this.#timers.arm('room', now() + this.#pause, () => this.#pump());
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }
}

/** 0: there is no room, or nobody has the terminal open. */
const writeNow = (master: number, bytes: Buffer): number => {
  try {
    return writeSync(master, bytes);
  } catch {
    return 0;
  }
};
