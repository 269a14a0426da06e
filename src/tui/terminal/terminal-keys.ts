import { Readable } from 'node:stream';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';
import { InputPieces, type Piece } from './input-pieces.ts';

/** Escape alone is a key, and the beginning of a report whose rest may come with the next read. */
const REST_COMES_WITHIN: Milliseconds = 10;

type Source = Pick<NodeJS.ReadStream, 'setRawMode' | 'on' | 'off' | 'ref' | 'unref' | 'pause' | 'resume'>;

/**
 * The keys that come from the terminal, as a terminal of their own for their readers. What the terminal reports by
 * itself is left out: Ink would pass it on as typed text. The terminal is read as bytes, and only in raw mode.
 */
export class TerminalKeys extends Readable {
  readonly isTTY = true;
  readonly #source: Source;
  readonly #onReport: (report: string) => void;
  readonly #pieces = new InputPieces();
  readonly #read = (bytes: Buffer): void => this.#take(bytes);
  #isRaw = false;
  #stopWaiting = (): void => undefined;

  /** `onReport` gets each report of the terminal, with one character for each byte. */
  constructor(source: Source, onReport: (report: string) => void) {
    super();
    this.#source = source;
    this.#onReport = onReport;
  }

  override _read(): void {
    // Keys are pushed as they come.
  }

  setRawMode(isRaw: boolean): this {
    this.#source.setRawMode(isRaw);
    if (isRaw === this.#isRaw) return this;
    this.#isRaw = isRaw;
    // Whoever gets the terminal next reads what is typed then.
    if (isRaw) this.#source.on('data', this.#read).resume();
    else this.#source.off('data', this.#read).pause();
    return this;
  }

  ref(): this {
    this.#source.ref();
    return this;
  }

  unref(): this {
    this.#source.unref();
    return this;
  }

  #take(bytes: Buffer): void {
    this.#stopWaiting();
    for (const piece of this.#pieces.take(bytes)) this.#pass(piece);
    if (this.#pieces.isUnsure)
      this.#stopWaiting = after(REST_COMES_WITHIN, () => {
        for (const piece of this.#pieces.release()) this.#pass(piece);
      });
  }

  #pass({ kind, bytes }: Piece): void {
    if (kind !== 'report') return void this.push(bytes);
    // Keys that came before the report count before it: whoever reads them would be told of them a turn later.
    if (this.readableLength > 0) this.emit('readable');
    this.#onReport(bytes.toString('latin1'));
  }
}
