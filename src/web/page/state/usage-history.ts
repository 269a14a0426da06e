import type { UsageByProcess } from './live-reader.ts';

/** Ten minutes of a sample a second. */
const MOST_SAMPLES = 600;

export interface UsageSample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** The newest usage of each process. */
export class UsageHistory {
  readonly #samples = new Map<string, UsageSample[]>();

  take(at: number, processes: UsageByProcess): void {
    for (const name of this.#samples.keys()) if (!(name in processes)) this.#forget(name, at);
    for (const [name, { cpu, memory }] of Object.entries(processes)) {
      const samples = this.#samples.get(name) ?? [];
      samples.push({ at, cpu, memory });
      if (samples.length > MOST_SAMPLES) samples.shift();
      this.#samples.set(name, samples);
    }
  }

  /** Oldest first. */
  of(process: string): readonly UsageSample[] {
    return this.#samples.get(process) ?? [];
  }

  get names(): readonly string[] {
    return [...this.#samples.keys()];
  }

  /** A process that has ended is shown for as long as its last sample would be. */
  #forget(name: string, at: number): void {
    const last = this.of(name).at(-1)?.at ?? 0;
    if (at - last > MOST_SAMPLES * 1_000) this.#samples.delete(name);
  }
}
