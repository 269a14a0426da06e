interface Numbered {
  readonly seq: number;
}

/** Which comes first: the lowest number (1) or the highest (-1). */
type Direction = 1 | -1;

/** Next one of a source, and those behind it. */
interface Head<T extends Numbered> {
  readonly source: Iterator<T, void>;
  next: T;
}

/**
 * Merges sources, each of them in the order of the direction. Their next ones are in a heap: among 200 sources that
 * takes some 16 comparisons in place of 200.
 */
export function* merge<T extends Numbered>(
  sources: ReadonlyArray<Iterator<T, void>>,
  direction: Direction,
): Generator<T, void> {
  const heads = sources.flatMap<Head<T>>((source) => {
    const { value: next } = source.next();
    return next === undefined ? [] : [{ source, next }];
  });
  // A sorted list is a heap.
  const heap = heads.sort((one, other) => (one.next.seq - other.next.seq) * direction);
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    yield first.next;
    advance(heap, first, direction);
  }
}

/** Moves the first source to its next one, and to its place in the heap; a source at its end leaves. */
const advance = <T extends Numbered>(heap: Head<T>[], first: Head<T>, direction: Direction): void => {
  const { value: next } = first.source.next();
  if (next !== undefined) {
    first.next = next;
    return sink(heap, first, direction);
  }
  const last = heap.pop();
  if (last !== undefined && last !== first) sink(heap, last, direction);
};

/** Lets one sink from the top until none below it comes before it. */
const sink = <T extends Numbered>(heap: Head<T>[], one: Head<T>, direction: Direction): void => {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const isRight = isBefore(heap[left + 1], heap[left], direction);
    const below = heap[isRight ? left + 1 : left];
    if (below === undefined || !isBefore(below, one, direction)) break;
    heap[at] = below;
    at = isRight ? left + 1 : left;
  }
  heap[at] = one;
};

const isBefore = <T extends Numbered>(
  one: Head<T> | undefined,
  other: Head<T> | undefined,
  direction: Direction,
): boolean => one !== undefined && other !== undefined && (one.next.seq - other.next.seq) * direction < 0;
