import type { Limit } from './limit.ts';
import { type Breach, LimitWatch, type Measured } from './limit-watch.ts';

/** All limits of a monitor. */
export class LimitWatches {
  #watches: readonly LimitWatch[] = [];

  /** A limit that stays as it is goes on as it was. */
  setLimits(limits: readonly Limit[]): void {
    const before = this.#watches;
    this.#watches = limits.map(
      (limit) => before.find((watch) => isSame(watch.limit, limit)) ?? new LimitWatch(limit),
    );
  }

  take(measured: ReadonlyMap<string, Measured>, at: number): readonly Breach[] {
    return this.#watches.flatMap((watch) => watch.take(measured.get(watch.limit.process) ?? null, at) ?? []);
  }

  /** Limits that a process is above now. */
  get above(): readonly Limit[] {
    return this.#watches.flatMap((watch) => (watch.isAbove ? [watch.limit] : []));
  }
}

const isSame = (one: Limit, other: Limit): boolean => JSON.stringify(one) === JSON.stringify(other);
