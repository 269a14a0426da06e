import { Writable } from 'node:stream';
import { atMost } from '../../time/timers.ts';

/** The terminal as whoever runs the dashboard has it. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  /** For its size alone: nothing is written to it, as that would wait for a terminal that has stopped reading. */
  readonly output: Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'on' | 'off'>;
  /** Writes without ever blocking the loop; `done` with an error when the terminal is gone. */
  write(bytes: Buffer, done: (error: Error | null) => void): void;
  /** The last word of a process that is about to end: what cannot be written at once is lost. */
  writeNow(text: string): void;
}

/** How long a terminal that takes nothing is waited for at the end. */
const PATIENCE_MS = 1_000;

/**
 * What Ink takes for a terminal. Node writes to a real one synchronously, so that a pane that is frozen would freeze
 * the supervisor with it; here writes wait in a queue, and whoever draws asks `isDrained` first.
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

  /** Resolves when all is out, or the terminal has taken nothing for a second. */
  async drain(): Promise<void> {
    const written = new Promise<void>((resolve) => {
      this.write('', () => resolve());
    });
    await atMost(PATIENCE_MS, written);
  }

  close(): void {
    this.#terminal.output.off('resize', this.#resized);
  }

  /** What is written to a terminal that is gone is lost, which is no error of the writer's. */
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
