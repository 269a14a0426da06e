import type { KeptBlock, KeptLine, LogRing } from './log-ring.ts';

type Blocks = Iterator<KeptBlock, void>;

/** Position of a ring in a merge: its next block, or null at its end. */
interface Cursor {
  readonly ring: LogRing;
  readonly blocks: Blocks;
  head: KeptBlock | null;
}

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
    return this.#rings().reduce((sum, ring) => sum + ring.count, 0);
  }

  after(from: number, count: number): readonly KeptLine[] {
    const found: KeptLine[] = [];
    const cursors = this.#cursors((ring) => ring.blocksFrom(from));
    for (let next = pick(cursors, -1); next !== null && found.length < count; next = pick(cursors, -1)) {
      const lines = takeLines(next).filter(({ seq }) => seq >= from);
      for (const line of lines.slice(0, count - found.length)) found.push(line);
    }
    return found;
  }

  before(before: number, count: number): readonly KeptLine[] {
    const found: KeptLine[] = [];
    const cursors = this.#cursors((ring) => ring.blocksBefore(before));
    for (let next = pick(cursors, 1); next !== null && found.length < count; next = pick(cursors, 1)) {
      const lines = takeLines(next).filter(({ seq }) => seq < before);
      // The lines were gathered newest first.
      for (const line of lines.reverse().slice(0, count - found.length)) found.push(line);
    }
    return found.reverse();
  }

  #cursors(blocksOf: (ring: LogRing) => Blocks): Cursor[] {
    return this.#rings().map((ring) => {
      const blocks = blocksOf(ring);
      return { ring, blocks, head: blocks.next().value ?? null };
    });
  }
}

/** Returns the cursor whose block came last (1) or first (-1). */
const pick = (cursors: readonly Cursor[], direction: 1 | -1): Cursor | null => {
  let best: Cursor | null = null;
  let bestNumber = 0;
  for (const cursor of cursors) {
    if (cursor.head === null) continue;
    if (best !== null && (cursor.head.seq - bestNumber) * direction < 0) continue;
    best = cursor;
    bestNumber = cursor.head.seq;
  }
  return best;
};

const takeLines = (cursor: Cursor): KeptLine[] => {
  const lines = cursor.head === null ? [] : cursor.ring.linesOf(cursor.head);
  cursor.head = cursor.blocks.next().value ?? null;
  return lines;
};
