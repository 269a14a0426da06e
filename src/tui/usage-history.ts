import type { Usage } from '../control/pod-client.ts';

/** The newest samples of one process, oldest first. */
export interface PastUsage {
  readonly cpu: readonly number[];
  readonly memory: readonly number[];
}

/** A minute, at one sample a second. */
const KEPT = 60;

/** Remembers the newest samples of each process, for as long as it is sampled. */
export class UsageHistory {
  #past: ReadonlyMap<string, PastUsage> = new Map();

  take(usage: ReadonlyMap<string, Usage>): void {
    this.#past = new Map(
      [...usage].map(([name, { cpu, memory }]) => {
        const past = this.#past.get(name);
        return [name, { cpu: added(past?.cpu, cpu), memory: added(past?.memory, memory) }];
      }),
    );
  }

  of(process: string): PastUsage | null {
    return this.#past.get(process) ?? null;
  }
}

const added = (past: readonly number[] = [], newest: number): readonly number[] =>
  [...past, newest].slice(-KEPT);
