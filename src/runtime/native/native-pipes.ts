import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { lateNet } from '../late-net.ts';
import type { Libc } from './libc.ts';

interface Ends {
  readonly ours: number;
  readonly theirs: number;
}

/** Sockets that a child can write to, as Node creates them for its own children. */
export class NativePipes {
  readonly #ends: readonly Ends[];

  private constructor(ends: readonly Ends[]) {
    this.#ends = ends;
  }

  /** Returns null if there are no descriptors left. */
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

  /** Ends for the child. */
  get theirs(): readonly number[] {
    return this.#ends.map(({ theirs }) => theirs);
  }

  /** The child has its ends: returns ours. */
  handedOver(): readonly Socket[] {
    closeAll(this.theirs);
    return this.#ends.map(
      ({ ours }) => new (lateNet().Socket)({ fd: ours, readable: true, writable: false }),
    );
  }

  /** There is no child: closes everything. */
  close(): void {
    for (const { ours, theirs } of this.#ends) closeAll([ours, theirs]);
  }
}

const closeAll = (fds: readonly number[]): void => {
  for (const fd of fds) closeSync(fd);
};
