import type { LogView, LogViewLine } from '../../control/pod-client.ts';
import { nextSeq, type ShownLine } from './shown-line.ts';

/** Lines searched in one go, which takes about 2 ms. */
const SLICE = 4_000;

/**
 * The matching lines of a log. It searches bit by bit, each line once, and is itself a log for the filtered view. Lines
 * that the log drops are dropped here too.
 */
export class MatchIndex implements LogView {
  readonly #source: LogView;
  /** Called once for each line, in their order. */
  readonly #wants: (line: ShownLine) => boolean;
  #lines: LogViewLine[] = [];
  #scannedTo = 0;
  #dropped = 0;

  constructor(source: LogView, wants: (line: ShownLine) => boolean) {
    this.#source = source;
    this.#wants = wants;
  }

  /** Searches some more lines; returns false while there are more. */
  advance(): boolean {
    const lines = this.#source.after(this.#scannedTo, SLICE);
    // Only a search that comes to its end counts.
    const wanted = lines.filter(this.#wants);
    for (const line of wanted) this.#lines.push(line);
    const last = lines.at(-1);
    if (last !== undefined) this.#scannedTo = nextSeq(last.seq);
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

  countBefore(before: number): number {
    return this.#dropped + this.indexOf(before);
  }

  /** Number of matches so far. */
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

  /** Number of matching lines before this number. */
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
    // Dropped in large steps: moving the rest costs more than keeping the dropped lines.
    if (gone < SLICE && gone < this.#lines.length / 2) return;
    this.#lines = this.#lines.slice(gone);
    this.#dropped += gone;
  }
}
