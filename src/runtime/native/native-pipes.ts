import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Libc } from './libc.ts';

interface Ends {
  readonly ours: number;
  readonly theirs: number;
}

/** Sockets that a child can write to, as Node makes them for its own. */
export class NativePipes {
  readonly #ends: readonly Ends[];

  private constructor(ends: readonly Ends[]) {
    this.#ends = ends;
  }

  /** Null where there are no more descriptors. */
  static open(libc: Libc, count: number): NativePipes | null {
    const ends: Ends[] = [];
    for (let opened = 0; opened < count; opened += 1) {
      const pair = libc.socketPair();
      if (pair === null) {
        for (const { ours, theirs } of ends) closeAll([ours, theirs]);
        return null;
      }
      ends.push(pair);
    }
    return new NativePipes(ends);
  }

  /** The ends that the child gets. */
  get theirs(): readonly number[] {
    return this.#ends.map(({ theirs }) => theirs);
  }

  /** The child has its ends: gives ours. */
  handedOver(): readonly Socket[] {
    closeAll(this.theirs);
    return this.#ends.map(({ ours }) => new Socket({ fd: ours, readable: true, writable: false }));
  }

  /** There is no child. */
  close(): void {
    for (const { ours, theirs } of this.#ends) closeAll([ours, theirs]);
  }
}

const closeAll = (fds: readonly number[]): void => {
  for (const fd of fds) closeSync(fd);
};
