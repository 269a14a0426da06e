import { Writable } from 'node:stream';
import { atMost } from '../../time/timers.ts';

/** The terminal of the user who runs the dashboard. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  /**
   * Used for its size only: nothing is written to it, because that would wait for a terminal that has stopped reading.
   */
  readonly output: Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'on' | 'off'>;
  /** Writes without ever blocking the loop. `done` gets an error when the terminal is gone. */
  write(bytes: Buffer, done: (error: Error | null) => void): void;
  /** Writes the last text before this process ends: what cannot be written at once is lost. */
  writeNow(text: string): void;
}

/** Time for which the end waits for a terminal that takes nothing. */
const PATIENCE_MS = 1_000;

/**
 * The output that Ink takes for a terminal. Node writes to a real one synchronously, so a frozen pane would freeze the
 * supervisor with it. Here writes wait in a queue, and the painter checks `isDrained` first.
 */
export class AsyncTty extends Writable {
  readonly isTTY = true;
  readonly #terminal: Terminal;
  readonly #resized = (): void => void this.emit('resize');
  #isGone = false;

  /** `onGone` is called once, when nobody reads any more. */
  constructor(terminal: Terminal, onGone: () => void) {
    super({ decodeStrings: true });
    this.#terminal = terminal;
    this.once('gone', onGone);
    terminal.output.on('resize', this.#resized);
  }

  get columns(): number {
    return this.#terminal.output.columns;
  }

  get rows(): number {
    return this.#terminal.output.rows;
  }

  get isDrained(): boolean {
    return this.writableLength === 0;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: ReadonlyArray<{ chunk: Buffer }>, done: () => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  /** Resolves when everything is written, or when the terminal has taken nothing for a second. */
  async drain(): Promise<void> {
    const written = new Promise<void>((resolve) => {
      this.write('', () => resolve());
    });
    await atMost(PATIENCE_MS, written);
  }

  close(): void {
    this.#terminal.output.off('resize', this.#resized);
  }

  /** Output to a terminal that is gone is lost, which is no error for the writer. */
  #send(bytes: Buffer, done: () => void): void {
    if (this.#isGone || bytes.length === 0) return done();
    this.#terminal.write(bytes, (error) => {
      if (error !== null) {
        this.#isGone = true;
        this.emit('gone');
      }
      done();
      if (this.writableLength === 0) this.emit('idle');
    });
  }
}
