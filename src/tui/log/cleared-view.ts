import type { LogView, LogViewLine } from '../../control/pod-client.ts';

/** A log without the lines that came before its view was cleared. */
export class ClearedView implements LogView {
  readonly #source: LogView;
  readonly #from: number;

  constructor(source: LogView, from: number) {
    this.#source = source;
    this.#from = from;
  }

  get first(): number {
    return Math.max(this.#from, this.#source.first);
  }

  get end(): number {
    return Math.max(this.#from, this.#source.end);
  }

  /** The lines before the clear count once some of those after it have been dropped. */
  get count(): number {
    const { first, count } = this.#source;
    return first > this.#from ? count : this.#source.after(this.#from, Infinity).length;
  }

  after(from: number, count: number): readonly LogViewLine[] {
    return this.#source.after(Math.max(from, this.#from), count);
  }

  before(before: number, count: number): readonly LogViewLine[] {
    return this.#source.before(before, count).filter(({ seq }) => seq >= this.#from);
  }
}
