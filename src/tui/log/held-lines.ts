import type { LogView } from '../../control/pod-client.ts';
import { nextSeq, type ShownLine, STEP } from './shown-line.ts';

/** The lines of a log that were in memory when it was paused. They stay, whatever comes. */
export class HeldLines implements LogView {
  /** Number of lines so far, as `LogView.count` counts. */
  readonly count: number;
  readonly #lines: readonly ShownLine[];

  constructor(lines: readonly ShownLine[], count: number) {
    this.#lines = lines;
    this.count = count;
  }

  get first(): number {
    return this.#lines[0]?.seq ?? 0;
  }

  get end(): number {
    return nextSeq(this.#lines.at(-1)?.seq ?? 0);
  }

  countBefore(before: number): number {
    return this.count - this.#lines.length + this.#indexOf(before);
  }

  after(from: number, count: number): readonly ShownLine[] {
    const at = this.#indexOf(from);
    return this.#lines.slice(at, at + count);
  }

  before(before: number, count: number): readonly ShownLine[] {
    const at = this.#indexOf(before);
    return this.#lines.slice(Math.max(0, at - count), at);
  }

  /** Index of the first line with this number or a higher one. */
  #indexOf(seq: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const MOST_HELD = 10_000;
/** Lines that stay for scrolling back when the next ones are held. */
const KEPT_BEHIND = 1_000;

/** Holds the newest lines. */
export const hold = (live: LogView): HeldLines => {
  const lines: readonly ShownLine[] = live.before(Infinity, MOST_HELD);
  return new HeldLines(under(lines, live.count > lines.length), live.count);
};

/** Holds the lines that came after these too. Where some have left the memory, a line says so. */
export const holdMore = (held: HeldLines, live: LogView): HeldLines => {
  const since: readonly ShownLine[] = live.after(held.end, MOST_HELD);
  const behind = held.before(Infinity, KEPT_BEHIND);
  const [next] = since;
  const gap = next !== undefined && live.first > held.end ? [gone('lines', next, held.end)] : [];
  const count = live.countBefore(nextSeq(since.at(-1)?.seq ?? held.end));
  return new HeldLines(under([...behind, ...gap, ...since], behind.length === KEPT_BEHIND), count);
};

/** Puts a line above that tells of older ones, if there are any. */
const under = (lines: readonly ShownLine[], hasOlder: boolean): readonly ShownLine[] => {
  const [oldest] = lines;
  return hasOlder && oldest !== undefined
    ? [gone('older lines', oldest, oldest.seq - STEP), ...lines]
    : lines;
};

const gone = (what: string, { process, time }: ShownLine, seq: number): ShownLine => {
  const text = `${what} have left the memory; the log file has them: v`;
  const told = { text, tone: 'calm' } as const;
  return { seq, process, time, stream: 'stdout', line: Buffer.from(text), partial: false, told };
};
