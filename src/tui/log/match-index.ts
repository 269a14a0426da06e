import type { LogView, LogViewLine } from '../../control/pod-client.ts';
import { matches, type Pattern } from './pattern.ts';

/** Lines looked at in one go: some 2 ms. */
const SLICE = 4_000;

/**
 * The lines of a log that match, found bit by bit, each looked at once: itself a log, for whoever shows only these.
 * What the log drops is dropped here too.
 */
export class MatchIndex implements LogView {
  readonly pattern: Pattern;
  readonly #source: LogView;
  #lines: LogViewLine[] = [];
  #scannedTo = 0;
  #dropped = 0;

  constructor(source: LogView, pattern: Pattern) {
    this.#source = source;
    this.pattern = pattern;
  }

  /** Looks at some more lines; false when there are still more. */
  advance(): boolean {
    const lines = this.#source.after(this.#scannedTo, SLICE);
    for (const line of lines) if (matches(this.pattern, line.line)) this.#lines.push(line);
    const last = lines.at(-1);
    if (last !== undefined) this.#scannedTo = last.seq + 1;
    this.#dropOld();
    return lines.length < SLICE;
  }

  get first(): number {
    return this.#lines[0]?.seq ?? this.end;
  }

  get end(): number {
    return this.#scannedTo;
  }

  get count(): number {
    return this.#dropped + this.#lines.length;
  }

  /** How many there are now. */
  get size(): number {
    return this.#lines.length;
  }

  after(from: number, count: number): readonly LogViewLine[] {
    const at = this.indexOf(from);
    return this.#lines.slice(at, at + count);
  }

  before(before: number, count: number): readonly LogViewLine[] {
    const at = this.indexOf(before);
    return this.#lines.slice(Math.max(0, at - count), at);
  }

  /** How many matching lines come before this number. */
  indexOf(seq: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #dropOld(): void {
    const gone = this.indexOf(this.#source.first);
    // In large steps: moving what stays costs more than keeping what goes.
    if (gone < SLICE && gone < this.#lines.length / 2) return;
    this.#lines = this.#lines.slice(gone);
    this.#dropped += gone;
  }
}
