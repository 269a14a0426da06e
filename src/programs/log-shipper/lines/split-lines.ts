const NEWLINE = 0x0a;

/** Where lines lie in a block of bytes. A place is a start and an end, without the newline. */
export interface Lines {
  /** Start and end of each line, in turns. */
  readonly places: readonly number[];
  /** Number of bytes that the lines take, with their newlines. What follows is the beginning of a line. */
  readonly bytes: number;
  /** Indexes of lines that are pieces of a longer one, which goes on in the next. */
  readonly cut: ReadonlySet<number>;
}

interface Limits {
  /** A longer line is cut. */
  readonly maxLineBytes: number;
  readonly maxLines: number;
  /** True: nothing more comes, and what has no newline is a line, too. */
  readonly isLast: boolean;
}

/** Finds the lines of a block that begins with a line. */
export const splitLines = (block: Buffer, { maxLineBytes, maxLines, isLast }: Limits): Lines => {
  const places: number[] = [];
  const cut = new Set<number>();
  let from = 0;
  while (places.length < 2 * maxLines && from < block.length) {
    const newline = block.indexOf(NEWLINE, from);
    const end = newline === -1 ? block.length : newline;
    if (end - from > maxLineBytes) {
      const until = cutAt(block, from, maxLineBytes);
      cut.add(places.length / 2);
      places.push(from, until);
      from = until;
    } else if (newline !== -1) {
      places.push(from, end);
      from = end + 1;
    } else {
      if (!isLast) break;
      places.push(from, end);
      from = end;
    }
  }
  return { places, bytes: from, cut };
};

/** Before the character that would be cut in two, unless it is none of UTF-8. */
const cutAt = (block: Buffer, from: number, most: number): number => {
  let at = from + most;
  for (let back = 0; back < 3 && ((block[at] ?? 0) & 0xc0) === 0x80; back += 1) at -= 1;
  return at > from && ((block[at] ?? 0) & 0xc0) !== 0x80 ? at : from + most;
};
