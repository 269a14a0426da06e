import { Readable } from 'node:stream';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';
import { InputPieces, type Piece } from './input-pieces.ts';

/** Escape alone is a key, and the beginning of a report whose rest may come with the next read. */
const REST_COMES_WITHIN: Milliseconds = 10;

type Diversion = (piece: Piece) => Buffer | null;

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
  #divertTo: Diversion | null = null;

  /** `onReport` gets each report of the terminal, with one character for each byte. */
  constructor(source: Source, onReport: (report: string) => void) {
    super();
    this.#source = source;
    this.#onReport = onReport;
  }

  /**
   * Gives what is typed to somebody else, in place of the readers of this stream. Whatever it returns is for them again.
   * Null ends that.
   */
  divert(to: Diversion | null): void {
    this.#divertTo = to;
  }

  /** Stops the reading for a while, or continues it. */
  hold(isHeld: boolean): void {
    if (!this.#isRaw) return;
    if (isHeld) this.#source.pause();
    else this.#source.resume();
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
    if (kind !== 'report') return this.#typed({ kind, bytes });
    // Keys that came before the report count before it: whoever reads them would be told of them a turn later.
    if (this.readableLength > 0) this.emit('readable');
    this.#onReport(bytes.toString('latin1'));
  }

  #typed(piece: Piece): void {
    const rest = this.#divertTo === null ? piece.bytes : this.#divertTo(piece);
    if (rest !== null && rest.length > 0) this.push(rest);
  }
}
