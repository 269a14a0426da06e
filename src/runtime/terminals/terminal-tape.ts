import { ModesOfTerminal } from './modes-of-terminal.ts';

/** At least this much of the newest bytes is kept, and at most twice as much. */
const HALF = 128 * 1024;

/**
 * What a program leaves behind is undone before the next one draws: the alternate screen, reports of the mouse, marks
 * around a paste, keys of an application, colors. Leaving an alternate screen that nobody is in would move the cursor
 * to its last saved position, so the position is saved first.
 */
const AFTER_PROGRAM = Buffer.from(
  '\u001b7\u001b[?1049l\u001b[?1000;1002;1003;1006l\u001b[?2004;2026l\u001b[?1l\u001b>\u001b[!p\r\n',
);

/** Someone who draws what is on a terminal. */
export interface TapeReader {
  readonly take: (bytes: Buffer) => void;
  /** Called once, when nothing can come any more. */
  readonly end: () => void;
}

/** The newest bytes that all launches of a process have written to its terminal, for whoever draws its screen later. */
export class TerminalTape {
  readonly #readers = new Set<TapeReader>();
  readonly #modes = new ModesOfTerminal();
  #older: Buffer = Buffer.alloc(0);
  #newer: Buffer | null = null;
  #filled = 0;
  #isCut = false;

  /** True if the start is missing: a program that draws only what has changed has to draw its screen anew. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** What a terminal shows after these bytes is what the terminal of the process shows, as far as they go back. */
  get bytes(): Buffer {
    const newest = this.#newer?.subarray(0, this.#filled) ?? Buffer.alloc(0);
    const kept = Buffer.concat([this.#older, newest]);
    return this.#isCut ? Buffer.concat([this.#modes.sequences(), kept.subarray(soundStart(kept))]) : kept;
  }

  take(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; from = this.#keep(chunk, from));
    // The chunk's memory is used again, and a reader may keep what it gets.
    const own = this.#readers.size > 0 ? Buffer.from(chunk) : chunk;
    for (const { take } of this.#readers) take(own);
  }

  /** The program on the terminal has ended. */
  programEnded(): void {
    if (this.#newer !== null) this.take(AFTER_PROGRAM);
  }

  /** Passes on what comes, until the returned function is called. */
  watch(reader: TapeReader): () => void {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }

  close(): void {
    for (const { end } of [...this.#readers]) end();
    this.#readers.clear();
  }

  #keep(chunk: Buffer, from: number): number {
    if (this.#filled === HALF) this.#turnOver();
    this.#newer ??= Buffer.allocUnsafe(HALF);
    const copied = chunk.copy(this.#newer, this.#filled, from);
    this.#filled += copied;
    return from + copied;
  }

  #turnOver(): void {
    this.#modes.take(this.#older);
    this.#isCut ||= this.#older.length > 0;
    const free = this.#older;
    this.#older = this.#newer ?? free;
    this.#newer = free.length === HALF ? free : null;
    this.#filled = 0;
  }
}

/** The middle of a sequence or of a character would be drawn as it is. */
const soundStart = (bytes: Buffer): number => {
  const starts = [bytes.indexOf(0x1b), bytes.indexOf(0x0a) + 1].filter((at) => at > 0);
  return starts.length === 0 ? 0 : Math.min(...starts);
};
