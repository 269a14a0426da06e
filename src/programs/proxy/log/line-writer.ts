import { close, open, write } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { after } from '../../../time/timers.ts';

/** Bytes that are gathered at most. Beyond it lines are dropped, and counted: no request waits for a log. */
const MOST_GATHERED = 4 * 1024 * 1024;

/** What is gathered at first. A busy program needs more, and keeps it. */
const FIRST_GATHERED = 16 * 1024;

/** A pipe that takes nothing now is tried again after this time. */
const TRIES_AGAIN_AFTER = 20;

/** Lines are gathered for so long: a write for each turn of the loop took a seventh of the time of a request. */
const GATHERS_FOR = 20;

/** UTF-8 has no more bytes for a unit of UTF-16. */
const MOST_BYTES_OF_A_UNIT = 3;

const STDOUT = 1;

/** Writes lines to stdout or to a file, a batch at a time, and never makes anybody wait. */
export class LineWriter {
  readonly #file: number;
  /** As bytes: texts that wait would outlive the young generation, with all that they were made of. */
  #gathered = Buffer.allocUnsafe(FIRST_GATHERED);
  #length = 0;
  #spare: Buffer<ArrayBuffer> | null = null;
  /** Cancels the next write; `null`: none is planned. */
  #planned: (() => void) | null = null;
  #isWriting = false;
  #dropped = 0;
  #onIdle: (() => void) | null = null;

  private constructor(file: number) {
    this.#file = file;
  }

  static stdout(): LineWriter {
    return new LineWriter(STDOUT);
  }

  /** Appends to a file, which is created with its folder if there is none. */
  static async to(path: string): Promise<LineWriter> {
    await mkdir(dirname(path), { recursive: true });
    return new LineWriter(await promisify(open)(path, 'a', 0o644));
  }

  /** Lines that were dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line with its end. */
  write(line: string): void {
    if (!this.#hasRoomFor(line)) {
      this.#dropped += 1;
      return;
    }
    this.#length += this.#gathered.write(line, this.#length);
    if (this.#planned === null && !this.#isWriting) this.#plan();
  }

  /** Resolves once everything is written. */
  written(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#length === 0 && !this.#isWriting) return resolve();
      this.#onIdle = resolve;
      this.#planned?.();
      if (!this.#isWriting) this.#flush();
    });
  }

  async close(): Promise<void> {
    await this.written();
    if (this.#file !== STDOUT) close(this.#file);
  }

  #hasRoomFor(line: string): boolean {
    const needed = this.#length + line.length * MOST_BYTES_OF_A_UNIT;
    if (needed <= this.#gathered.length) return true;
    if (needed > MOST_GATHERED) return false;
    const larger = Buffer.allocUnsafe(Math.min(MOST_GATHERED, needed * 2));
    this.#gathered.copy(larger, 0, 0, this.#length);
    this.#gathered = larger;
    return true;
  }

  #plan(): void {
    this.#planned = after(GATHERS_FOR, () => this.#flush(), { ref: false });
  }

  /** New lines go to the other buffer meanwhile. */
  #flush(): void {
    this.#planned = null;
    const full = this.#gathered;
    const bytes = full.subarray(0, this.#length);
    this.#gathered = this.#spare ?? Buffer.allocUnsafe(FIRST_GATHERED);
    this.#spare = full;
    this.#length = 0;
    this.#writeAll(bytes);
  }

  #writeAll(bytes: Buffer): void {
    this.#isWriting = true;
    write(this.#file, bytes, (error, count) => {
      const isFull = error?.code === 'EAGAIN';
      if (isFull) return void after(TRIES_AGAIN_AFTER, () => this.#writeAll(bytes));
      // A file that cannot be written, or a reader that has gone: the lines are lost.
      if (error === null && count < bytes.length) return this.#writeAll(bytes.subarray(count));
      this.#isWriting = false;
      this.#goOn();
    });
  }

  #goOn(): void {
    if (this.#length > 0 && this.#onIdle === null) this.#plan();
    else if (this.#length > 0) this.#flush();
    else {
      this.#onIdle?.();
      this.#onIdle = null;
    }
  }
}
