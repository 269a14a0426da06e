import type { Labels } from '../../exposition/sample.ts';
import { Chunk, type Samples } from './chunk.ts';

/** The samples of one series, oldest first, in chunks. */
export class Series {
  /** With `__name__`, by their names. */
  readonly labels: Labels;
  readonly key: string;
  #chunks: Chunk[] = [];
  #isStale = false;

  constructor(labels: Labels, key: string) {
    this.labels = labels;
    this.key = key;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Time at which the oldest chunk ends; `Infinity`: there is none. */
  get oldestEnd(): number {
    return this.#chunks[0]?.end ?? Number.POSITIVE_INFINITY;
  }

  /** Time of the newest sample. */
  get end(): number {
    return this.#chunks.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether the newest sample says that the series has ended. */
  get isStale(): boolean {
    return this.#isStale;
  }

  get bytes(): number {
    return this.#chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get count(): number {
    return this.#chunks.reduce((sum, { count }) => sum + count, 0);
  }

  /** False: it has a sample that is as new, or newer. `value` null: the series has ended. */
  append(time: number, value: number | null): boolean {
    if (time <= this.end) return false;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.isFull) {
      chunk?.seal();
      chunk = new Chunk(time);
      this.#chunks.push(chunk);
    }
    chunk.add(time, value);
    this.#isStale = value === null;
    return true;
  }

  /** Drops chunks that have nothing from this time on. */
  dropBefore(time: number): void {
    if ((this.#chunks[0]?.end ?? time) >= time) return;
    this.#chunks = this.#chunks.filter(({ end }) => end >= time);
  }

  /** Samples from one time to another, both included. */
  between(from: number, to: number): Samples {
    const chunks = this.#chunks.filter(({ start, end }) => end >= from && start <= to);
    const room = chunks.reduce((sum, { count }) => sum + count, 0);
    const times = new Float64Array(room);
    const values = new Float64Array(room);
    const isStale = new Uint8Array(room);
    let length = 0;
    const sink = {
      add: (time: number, value: number, stale: boolean): void => {
        if (time < from || time > to) return;
        times[length] = time;
        values[length] = value;
        isStale[length] = stale ? 1 : 0;
        length += 1;
      },
    };
    for (const chunk of chunks) chunk.read(sink);
    return { times, values, isStale, length };
  }
}
