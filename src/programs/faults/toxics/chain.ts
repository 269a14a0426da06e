import { type RunningToxic, runToxic } from './running-toxic.ts';
import type { Flow, Random, Time } from './stage.ts';
import type { Toxic } from './toxic.ts';

/** The toxics of one direction of a connection, in the order in which data goes through them. */
export class Chain {
  readonly #random: Random;
  #toxics: readonly RunningToxic[];

  constructor(toxics: readonly Toxic[], random: Random, now: Time) {
    this.#random = random;
    this.#toxics = toxics.map((toxic) => runToxic(toxic, random, now));
  }

  /** What leaves at the other side at once. */
  arrive(flow: Flow, now: Time): readonly Flow[] {
    return this.#from(0, [flow], now);
  }

  /** What leaves now that this time has come. */
  due(now: Time): readonly Flow[] {
    const left = this.#toxics.flatMap((toxic, index) => {
      const at = toxic.dueAt();
      return at === null || at > now ? [] : this.#from(index + 1, toxic.due(now), now);
    });
    return upToEnd(left);
  }

  /** The next time at which something may leave. */
  get dueAt(): Time | null {
    const times = this.#toxics.map((toxic) => toxic.dueAt()).filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** True if nothing more should come for now. */
  get isFull(): boolean {
    return this.#toxics.some((toxic) => toxic.isFull());
  }

  add(toxic: Toxic, now: Time): void {
    this.#toxics = [...this.#toxics, runToxic(toxic, this.#random, now)];
  }

  /** What the toxic holds leaves at once, and it goes on with other attributes. */
  update(toxic: Toxic, now: Time): readonly Flow[] {
    const index = this.#indexOf(toxic.name);
    const before = this.#toxics[index];
    if (before === undefined) return [];
    const released = before.release();
    this.#toxics = this.#toxics.with(index, runToxic(toxic, this.#random, now, before.passed()));
    const data = this.#from(index + 1, released.filter(isChunk), now);
    // A toxic that closes what it lets go of stays. The end of a connection waits for it again.
    const ends = before.toxic.type === 'timeout' ? [] : released.filter((flow) => !isChunk(flow));
    return [...data, ...this.#from(index, ends, now)];
  }

  /** What the toxic holds leaves at once. */
  remove(name: string, now: Time): readonly Flow[] {
    const index = this.#indexOf(name);
    const before = this.#toxics[index];
    if (before === undefined) return [];
    this.#toxics = this.#toxics.toSpliced(index, 1);
    return this.#from(index, before.release(), now);
  }

  #indexOf(name: string): number {
    return this.#toxics.findIndex(({ toxic }) => toxic.name === name);
  }

  #from(index: number, flows: readonly Flow[], now: Time): readonly Flow[] {
    let left = upToEnd(flows);
    for (const toxic of this.#toxics.slice(index))
      left = upToEnd(left.flatMap((flow) => toxic.arrive(flow, now)));
    return left;
  }
}

const isChunk = ({ is }: Flow): boolean => is === 'chunk';

/** Nothing follows the end of a connection. */
const upToEnd = (flows: readonly Flow[]): readonly Flow[] => {
  const end = flows.findIndex(({ is }) => is === 'end');
  return end === -1 ? flows : flows.slice(0, end + 1);
};
