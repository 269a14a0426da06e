import type { Milliseconds } from '../../src/model/vocabulary.ts';

interface Entry<T> {
  readonly at: Milliseconds;
  readonly order: number;
  readonly what: T;
}

/** What is to come, in the order of its time; what comes at the same time, in the order it was put down. */
export class Agenda<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  add(at: Milliseconds, what: T): void {
    this.#heap.push({ at, order: this.#order++, what });
    this.#rise(this.#heap.length - 1);
  }

  next(): Entry<T> | null {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return null;
    if (this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #rise(from: number): void {
    const entry = this.#heap[from];
    let index = from;
    while (entry !== undefined && index > 0) {
      const parent = this.#heap[(index - 1) >> 1];
      if (parent === undefined || comesFirst(parent, entry)) break;
      this.#heap[index] = parent;
      index = (index - 1) >> 1;
    }
    if (entry !== undefined) this.#heap[index] = entry;
  }

  /** Puts an entry in at the top, whose place is free. */
  #sink(entry: Entry<T>): void {
    let index = 0;
    for (;;) {
      const child = this.#firstChild(index);
      const candidate = this.#heap[child];
      if (candidate === undefined || comesFirst(entry, candidate)) break;
      this.#heap[index] = candidate;
      index = child;
    }
    this.#heap[index] = entry;
  }

  #firstChild(index: number): number {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    const rightFirst = left !== undefined && right !== undefined && comesFirst(right, left);
    return 2 * index + (rightFirst ? 2 : 1);
  }
}

const comesFirst = (one: Entry<unknown>, other: Entry<unknown>): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
