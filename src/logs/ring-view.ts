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
      for (const line of copied(lines.slice(0, count - found.length))) found.push(line);
    }
    return found;
  }

  before(before: number, count: number): readonly KeptLine[] {
    const found: KeptLine[] = [];
    const blocks = this.#rings().map((ring) => ring.blocksBefore(before));
    for (const block of merge(blocks, -1)) {
      if (found.length >= count) break;
      const lines = linesOf(block).filter(({ seq }) => seq < before);
      // They are gathered newest first.
      for (const line of copied(lines.slice(found.length - count)).reverse()) found.push(line);
    }
    return found.reverse();
  }
}

/** Copies the bytes of successive lines of a block at once: the ring uses its memory again. */
const copied = (lines: readonly KeptLine[]): KeptLine[] => {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { buffer, byteOffset } = first.line;
  const bytes = Buffer.from(
    Buffer.from(buffer, byteOffset, last.line.byteOffset + last.line.length - byteOffset),
  );
  return lines.map((line) => {
    const from = line.line.byteOffset - byteOffset;
    return { ...line, line: bytes.subarray(from, from + line.line.length) };
  });
};
