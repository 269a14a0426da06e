import type { LogLine, LogRing } from './log-ring.ts';

export interface NamedLine extends LogLine {
  readonly process: string;
}

/** The rings of some of a pod's processes as one, in the order their lines came. Rings that are made later join in. */
export class LogView {
  readonly #rings: () => Iterable<readonly [name: string, ring: LogRing]>;

  constructor(rings: () => Iterable<readonly [name: string, ring: LogRing]>) {
    this.#rings = rings;
  }

  get first(): number {
    const firsts = [...this.#rings()]
      .filter(([, { first, end }]) => first < end)
      .map(([, { first }]) => first);
    return firsts.length === 0 ? this.end : Math.min(...firsts);
  }

  get end(): number {
    return Math.max(0, ...[...this.#rings()].map(([, { end }]) => end));
  }

  get count(): number {
    return [...this.#rings()].reduce((sum, [, { count }]) => sum + count, 0);
  }

  after(from: number, count: number): readonly NamedLine[] {
    return this.#merged((ring) => ring.after(from, count)).slice(0, count);
  }

  before(before: number, count: number): readonly NamedLine[] {
    return count === 0 ? [] : this.#merged((ring) => ring.before(before, count)).slice(-count);
  }

  #merged(linesOf: (ring: LogRing) => readonly LogLine[]): NamedLine[] {
    const all = [...this.#rings()].map(([process, ring]) =>
      linesOf(ring).map((line) => ({ ...line, process })),
    );
    const [only] = all;
    if (all.length === 1 && only !== undefined) return only;
    return all.flat().sort((one, other) => one.seq - other.seq);
  }
}
