import { type KeptLine, type LogRing, linesOf } from './log-ring.ts';
import { merge } from './merge.ts';

/** The lines of one ring, or of several in the order they came. Each call reads the current content. */
export class RingView {
  readonly #rings: () => readonly LogRing[];

  constructor(rings: () => readonly LogRing[]) {
    this.#rings = rings;
  }

  get first(): number {
    const firsts = this.#rings().flatMap(({ first }) => first ?? []);
    return firsts.length === 0 ? 0 : Math.min(...firsts);
  }

  get end(): number {
    return Math.max(0, ...this.#rings().map(({ end }) => end ?? 0));
  }

  get count(): number {
    return this.countBefore(Infinity);
  }

  countBefore(before: number): number {
    return this.#rings().reduce((sum, ring) => sum + ring.countBefore(before), 0);
  }

  after(from: number, count: number): readonly KeptLine[] {
    const found: KeptLine[] = [];
    const blocks = this.#rings().map((ring) => ring.blocksFrom(from));
    for (const block of merge(blocks, 1)) {
      if (found.length >= count) break;
      const lines = linesOf(block).filter(({ seq }) => seq >= from);
      for (const line of lines.slice(0, count - found.length)) found.push(line);
    }
    return found;
  }

  before(before: number, count: number): readonly KeptLine[] {
    const found: KeptLine[] = [];
    const blocks = this.#rings().map((ring) => ring.blocksBefore(before));
    for (const block of merge(blocks, -1)) {
      if (found.length >= count) break;
      const lines = linesOf(block).filter(({ seq }) => seq < before);
      // The lines are gathered newest first.
      for (const line of lines.reverse().slice(0, count - found.length)) found.push(line);
    }
    return found.reverse();
  }
}
