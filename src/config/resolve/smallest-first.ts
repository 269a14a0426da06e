/**
 * A queue of numbers that returns the smallest first. Each operation takes a time that grows with the logarithm of
 * their count.
 */
export class SmallestFirst {
  readonly #heap: number[] = [];

  add(number: number): void {
    const heap = this.#heap;
    let at = heap.push(number) - 1;
    for (let above = (at - 1) >> 1; at > 0 && valueAt(heap, above) > number; above = (at - 1) >> 1) {
      heap[at] = valueAt(heap, above);
      at = above;
    }
    heap[at] = number;
  }

  take(): number | undefined {
    const heap = this.#heap;
    const [smallest] = heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return smallest;
    let at = 0;
    for (let below = smallerBelow(heap, at); valueAt(heap, below) < last; below = smallerBelow(heap, at)) {
      heap[at] = valueAt(heap, below);
      at = below;
    }
    heap[at] = last;
    return smallest;
  }
}

const valueAt = (heap: readonly number[], index: number): number => heap[index] ?? Number.POSITIVE_INFINITY;

const smallerBelow = (heap: readonly number[], at: number): number => {
  const left = 2 * at + 1;
  return valueAt(heap, left + 1) < valueAt(heap, left) ? left + 1 : left;
};
