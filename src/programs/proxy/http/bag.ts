/** Something that is in a bag knows its place there. */
export interface Bagged {
  /** -1: it is in none. */
  place: number;
}

/**
 * What is open at the moment, to be looked at as a whole once in a while. A `Set` builds itself anew every few requests, and
 * the old one keeps alive what was in it until the old generation is collected: a twentieth of all that was allocated.
 */
export class Bag<T extends Bagged> {
  readonly #all: T[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(one: T): void {
    one.place = this.#all.length;
    this.#all.push(one);
  }

  /** Nothing, if it is not in it. */
  delete(one: T): void {
    const { place } = one;
    const last = this.#all.at(-1);
    if (place === -1 || last === undefined) return;
    one.place = -1;
    this.#all.pop();
    if (last === one) return;
    this.#all[place] = last;
    last.place = place;
  }

  /** Those that are taken out meanwhile do not matter: the others move from behind. */
  each(call: (one: T) => void): void {
    for (let at = this.#all.length - 1; at >= 0; at -= 1) {
      const one = this.#all[at];
      if (one !== undefined) call(one);
    }
  }
}
