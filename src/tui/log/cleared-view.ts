import type { LogView, LogViewLine } from '../../control/pod-client.ts';

/** A log without the lines that came before its view was cleared. */
export class ClearedView implements LogView {
  readonly #source: LogView;
  /** Number of the first line that is left. */
  readonly from: number;
  /** Number of lines before. It is not known any more once they have left the memory. */
  readonly #before: number;

  constructor(source: LogView, from: number) {
    this.#source = source;
    this.from = from;
    this.#before = source.countBefore(from);
  }

  get first(): number {
    return Math.max(this.from, this.#source.first);
  }

  get end(): number {
    return Math.max(this.from, this.#source.end);
  }

  get count(): number {
    return this.countBefore(Infinity);
  }

  countBefore(before: number): number {
    return this.#source.countBefore(Math.max(before, this.from)) - this.#before;
  }

  after(from: number, count: number): readonly LogViewLine[] {
    return this.#source.after(Math.max(from, this.from), count);
  }

  before(before: number, count: number): readonly LogViewLine[] {
    return this.#source.before(before, count).filter(({ seq }) => seq >= this.from);
  }
}
