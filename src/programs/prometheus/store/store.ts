import type { Labels } from '../../exposition/sample.ts';
import { keyOf, NAME, ownText, sortedLabels } from './labels.ts';
import { type Matcher, matchesAll } from './matcher.ts';
import { Series } from './series.ts';

/** What a store has room for. */
export interface StoreLimits {
  /** Series at the same time. */
  readonly series: number;
  /** Bytes of samples; above them, the oldest are dropped before the retention is over. */
  readonly bytes: number;
}

/** 10,000 series take about 25 MB besides their samples. */
export const STORE_LIMITS: StoreLimits = { series: 10_000, bytes: 64 * 1024 * 1024 };

/** Share of the time span that is dropped at once where there is no room. */
const DROPPED_SHARE = 0.1;

/** Series by their labels, within limits. It has no clock: times come in with the calls. */
export class Store {
  readonly #limits: StoreLimits;
  readonly #byKey = new Map<string, Series>();
  readonly #byName = new Map<string, Set<Series>>();
  #refused = 0;
  #oldest = Number.NEGATIVE_INFINITY;

  constructor(limits: StoreLimits = STORE_LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** How often a new series had no room. */
  get refused(): number {
    return this.#refused;
  }

  get samples(): number {
    return this.#sum(({ count }) => count);
  }

  get bytes(): number {
    return this.#sum(({ bytes }) => bytes);
  }

  /** Samples before this time are gone because there was no room. */
  get oldest(): number {
    return this.#oldest;
  }

  /** The series with these labels, new or known; `null`: there is no room for another one. */
  open(written: Iterable<readonly [string, string]>): Series | null {
    const labels = sortedLabels(written);
    const key = keyOf(labels);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#byKey.size >= this.#limits.series) {
      this.#refused += 1;
      return null;
    }
    return this.#add(ownLabels(labels), ownText(key));
  }

  /** Whether a series is still here: one without samples goes. */
  has(series: Series): boolean {
    return this.#byKey.get(series.key) === series;
  }

  select(matchers: readonly Matcher[]): readonly Series[] {
    const exact = matchers.find(
      ({ label, operator, value }) => label === NAME && operator === '=' && value !== '',
    );
    const candidates = exact === undefined ? this.#byKey.values() : (this.#byName.get(exact.value) ?? []);
    return [...candidates].filter(({ labels }) => matchesAll(labels, matchers));
  }

  /** Drops what is older than this, and as much more as there is no room for. */
  sweep(before: number): void {
    this.#dropBefore(before);
    while (this.bytes > this.#limits.bytes && this.#byKey.size > 0) {
      const [start, end] = this.#span();
      this.#oldest = start + Math.max(1, (end - start) * DROPPED_SHARE);
      this.#dropBefore(this.#oldest);
    }
  }

  #add(labels: Labels, key: string): Series {
    const series = new Series(labels, key);
    this.#byKey.set(key, series);
    const name = labels.get(NAME) ?? '';
    const others = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, others.add(series));
    return series;
  }

  #dropBefore(time: number): void {
    for (const series of this.#byKey.values()) {
      series.dropBefore(time);
      if (series.isEmpty) this.#remove(series);
    }
  }

  #remove(series: Series): void {
    this.#byKey.delete(series.key);
    const name = series.labels.get(NAME) ?? '';
    const others = this.#byName.get(name);
    others?.delete(series);
    if (others?.size === 0) this.#byName.delete(name);
  }

  /** Ends of the oldest chunk and of the newest. */
  #span(): readonly [number, number] {
    let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const series of this.#byKey.values()) {
      start = Math.min(start, series.oldestEnd);
      end = Math.max(end, series.end);
    }
    return [start, end];
  }

  #sum(of: (series: Series) => number): number {
    let sum = 0;
    for (const series of this.#byKey.values()) sum += of(series);
    return sum;
  }
}

const ownLabels = (labels: Labels): Labels =>
  new Map([...labels].map(([name, value]) => [ownText(name), ownText(value)]));
