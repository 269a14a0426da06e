import { close, open, write } from 'node:fs';
import { promisify } from 'node:util';
import { after } from '../../../time/timers.ts';

/** Bytes that wait while the reader is slow. Beyond it lines are dropped, and counted: no request waits for a log. */
const MOST_WAITING = 4 * 1024 * 1024;

/** A pipe that takes nothing now is tried again after this time. */
const TRIES_AGAIN_AFTER = 20;

/** Lines are gathered for so long: a write for each turn of the loop took a seventh of the time of a request. */
const GATHERS_FOR = 20;

const STDOUT = 1;

/** Writes lines to stdout or to a file, a batch at a time, and never makes anybody wait. */
export class LineWriter {
  readonly #file: number;
  #lines = '';
  #rest: Buffer | null = null;
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

  /** Appends to a file, which is created if there is none. */
  static async to(path: string): Promise<LineWriter> {
    return new LineWriter(await promisify(open)(path, 'a', 0o644));
  }

  /** Lines that were dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line with its end. */
  write(line: string): void {
    if (this.#lines.length > MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#lines += line;
    if (this.#planned === null && !this.#isWriting) this.#plan();
  }

  /** Resolves once everything is written. */
  written(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#lines === '' && !this.#isWriting) return resolve();
      this.#onIdle = resolve;
      this.#planned?.();
      if (!this.#isWriting) this.#flush();
    });
  }

  async close(): Promise<void> {
    await this.written();
    if (this.#file !== STDOUT) close(this.#file);
  }

  #plan(): void {
    this.#planned = after(GATHERS_FOR, () => this.#flush(), { ref: false });
  }

  #flush(): void {
    this.#planned = null;
    const bytes = this.#rest ?? Buffer.from(this.#lines);
    if (this.#rest === null) this.#lines = '';
    this.#rest = null;
    this.#isWriting = true;
    write(this.#file, bytes, (error, count) => this.#onWritten(bytes, error, count));
  }

  #onWritten(bytes: Buffer, error: NodeJS.ErrnoException | null, count: number): void {
    const isFull = error?.code === 'EAGAIN';
    const rest = isFull ? bytes : bytes.subarray(count);
    // A file that cannot be written, or a reader that has gone: the lines are lost.
    if ((error === null || isFull) && rest.length > 0) this.#rest = rest;
    this.#isWriting = false;
    if (this.#rest !== null && isFull) {
      this.#isWriting = true;
      after(TRIES_AGAIN_AFTER, () => this.#flush());
    } else if (this.#rest !== null || (this.#lines !== '' && this.#onIdle !== null)) this.#flush();
    else if (this.#lines !== '') this.#plan();
    else this.#tellIdle();
  }

  #tellIdle(): void {
    this.#onIdle?.();
    this.#onIdle = null;
  }
}
