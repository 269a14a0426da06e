import { sleep } from '../../../time/timers.ts';
import type { RetryOptions } from '../options.ts';
import { delayAfter } from '../policies/retry.ts';
import { type Found, type Source, WaitsForChange } from './source.ts';

interface Following {
  readonly open: () => Promise<Source>;
  /** Milliseconds between two attempts. */
  readonly interval: number;
  /** True: looking costs next to nothing, so that a failure makes no pause longer. */
  readonly isLocal: boolean;
  readonly retry: RetryOptions;
  readonly onValue: (value: unknown) => void;
  /** It is as it was. */
  readonly onSame: () => void;
  /** `isFinal`: it is not tried again. */
  readonly onFailure: (message: string, isFinal: boolean) => void;
}

/** Asks a source again and again, until `stop`. */
export class FollowedSource {
  readonly #following: Following;
  readonly #end = new AbortController();
  readonly #over: Promise<void>;
  #source: Source | null = null;
  #failures = 0;

  constructor(following: Following) {
    this.#following = following;
    this.#over = this.#follow();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#over;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#end;
    for (let wait: number | null = 0; wait !== null && !signal.aborted; ) {
      if (wait > 0) await sleep(wait, signal);
      if (!signal.aborted) wait = await this.#attempt(signal);
    }
    await this.#source?.close?.().catch(() => undefined);
  }

  /** Returns the time until the next one; `null`: there is none. */
  async #attempt(signal: AbortSignal): Promise<number | null> {
    try {
      this.#source ??= await this.#following.open();
      const found = await this.#source.read(signal);
      return signal.aborted ? null : this.#succeeded(found);
    } catch (error) {
      return signal.aborted ? null : this.#failed(error as Error);
    }
  }

  #succeeded(found: Found): number {
    const { interval, onValue, onSame } = this.#following;
    this.#failures = 0;
    if (found === 'same') {
      onSame();
      return interval;
    }
    onValue(found.value);
    return Math.min(interval, found.nextIn ?? interval);
  }

  #failed(error: Error): number | null {
    const { retry, interval, isLocal, onFailure } = this.#following;
    this.#failures += 1;
    const delay = delayAfter(this.#failures, retry, Math.random());
    onFailure(error.message, delay === null);
    if (delay === null) return null;
    if (error instanceof WaitsForChange) return interval;
    return isLocal ? Math.min(interval, delay) : delay;
  }
}
