import type { Milliseconds } from '../../../model/vocabulary.ts';
import { readProportional } from '../../process-tree/proc-details.ts';

/** How long a figure is good for. */
const READ_EVERY: Milliseconds = 10_000;
/** The supervisor does nothing else meanwhile. A process of 550 MB takes 11 ms, and is read all the same. */
const AT_A_TIME: Milliseconds = 5;

interface Figure {
  readonly startTime: number;
  readonly at: Milliseconds;
  readonly bytes: number | null;
}

interface Known {
  readonly pid: number;
  readonly startTime: number;
}

/** The proportional memory of processes, which is read seldom and of few processes at a time. */
export class ProportionalMemory {
  readonly #now: () => Milliseconds;
  readonly #read: (pid: number) => number | null;
  #figures = new Map<number, Figure>();

  constructor(now: () => Milliseconds, read = readProportional) {
    this.#now = now;
    this.#read = read;
  }

  /** Takes all processes that there are, and reads the figures of those that have waited longest for it. */
  look(processes: readonly Known[]): void {
    const before = this.#figures;
    const from = this.#now();
    this.#figures = new Map(
      processes.flatMap(({ pid, startTime }) => {
        const figure = before.get(pid);
        return figure?.startTime === startTime ? [[pid, figure] as const] : [];
      }),
    );
    for (const { pid, startTime } of this.#due(processes, from)) {
      this.#figures.set(pid, { startTime, at: from, bytes: this.#read(pid) });
      if (this.#now() - from >= AT_A_TIME) return;
    }
  }

  /** Null until the figures of all of them have been read. */
  of(pids: readonly number[]): number | null {
    let sum = 0;
    for (const pid of pids) {
      const bytes = this.#figures.get(pid)?.bytes ?? null;
      if (bytes === null) return null;
      sum += bytes;
    }
    return sum;
  }

  #due(processes: readonly Known[], now: Milliseconds): readonly Known[] {
    const lastOf = ({ pid }: Known): number => this.#figures.get(pid)?.at ?? Number.NEGATIVE_INFINITY;
    return processes
      .filter((each) => now - lastOf(each) >= READ_EVERY)
      .sort((one, other) => lastOf(one) - lastOf(other));
  }
}
