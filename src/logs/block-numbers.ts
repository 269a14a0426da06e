/** A line is known by its block's number and its place in the block. */
export const LINES_PER_NUMBER = 65_536;

/** Numbers the blocks of all processes of a pod in the order they come. */
export class BlockNumbers {
  #next = 1;

  /** A block of more bytes than a number has lines takes several. */
  take(bytes: number): number {
    const number = this.#next;
    this.#next += 1 + Math.floor(bytes / LINES_PER_NUMBER);
    return number;
  }
}
