import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, Timers } from '../../time/timers.ts';
import type { Meter } from '../engines/engine.ts';
import type { Usage } from './usage.ts';

const PERIOD: Milliseconds = 1_000;
/** Maximum share of time for samples: one that takes longer than 3 ms is taken less often… */
const MOST_OF_TIME = 1 / 300;
/** Who asks for details at a period of their own gets them: 10 ms a second. */
export const MOST_OF_TIME_CLOSELY = 1 / 100;
/** …but not so seldom that the figures would be useless. */
const LONGEST_PERIOD: Milliseconds = 3_000;
/** The first figures come sooner: time is counted in hundredths of a second, and this has 25. */
const FIRST_PERIOD: Milliseconds = 250;

interface SamplerOptions {
  /** Time between two samples; longer, if that would cost too much. */
  readonly period: Milliseconds;
  /** Maximum share of time for samples. */
  readonly mostOfTime: number;
  readonly look: (meter: Meter) => Promise<ReadonlyMap<string, Usage>>;
}

const EACH_SECOND: SamplerOptions = {
  period: PERIOD,
  mostOfTime: MOST_OF_TIME,
  look: (meter) => meter.look(),
};

type UsageListener = (usage: ReadonlyMap<string, Usage>) => void;

/**
 * Samples the usage of a pod's processes, once a second while somebody listens, and less often if that would cost more
 * than 0.3% of a core. If nothing can be measured, nobody is called.
 *
 * @example
 * const sampler = new UsageSampler(() => engine.openMeter());
 * const end = sampler.listen((usage) => show(usage.get('web')));
 */
export class UsageSampler {
  readonly #openMeter: () => Promise<Meter | null>;
  readonly #options: SamplerOptions;
  readonly #timers = new Timers<'look'>();
  readonly #listeners = new Set<UsageListener>();
  /** Increased whenever sampling begins or ends: a sample that was under way then is thrown away. */
  #turn = 0;

  constructor(openMeter: () => Promise<Meter | null>, options: SamplerOptions = EACH_SECOND) {
    this.#openMeter = openMeter;
    this.#options = options;
  }

  /** The first call comes after a quarter of a second. Returns a function that ends the calls. */
  listen(listener: UsageListener): () => void {
    // The same function may be added twice, and each addition ends by itself.
    const own: UsageListener = (usage) => listener(usage);
    this.#listeners.add(own);
    // Without descriptors for a first sample there are no figures.
    if (this.#listeners.size === 1) this.#begin().catch(() => undefined);
    return () => {
      if (this.#listeners.delete(own) && this.#listeners.size === 0) this.#end();
    };
  }

  async #begin(): Promise<void> {
    const turn = ++this.#turn;
    const meter = await this.#openMeter();
    if (meter !== null) await this.#options.look(meter);
    if (meter !== null && turn === this.#turn) this.#lookAgain(meter, now() + FIRST_PERIOD);
  }

  #end(): void {
    this.#turn += 1;
    this.#timers.disarmAll();
  }

  #lookAgain(meter: Meter, at: Milliseconds): void {
    const turn = this.#turn;
    this.#timers.arm('look', at, () => {
      this.#lookOnce(meter, turn).catch(() => {
        if (turn === this.#turn) this.#lookAgain(meter, now() + this.#options.period);
      });
    });
  }

  async #lookOnce(meter: Meter, turn: number): Promise<void> {
    const from = now();
    const usage = await this.#options.look(meter);
    if (turn !== this.#turn) return;
    // Not `at` plus a period: after a suspended night that would be thousands of samples.
    this.#lookAgain(meter, now() + periodAfter(now() - from, this.#options));
    this.#report(usage);
  }

  #report(usage: ReadonlyMap<string, Usage>): void {
    for (const listener of [...this.#listeners]) listener(usage);
  }
}

/** Time to wait after a sample that took so long. */
export const periodAfter = (
  took: Milliseconds,
  { period, mostOfTime }: Pick<SamplerOptions, 'period' | 'mostOfTime'> = EACH_SECOND,
): Milliseconds => Math.max(period, Math.min(LONGEST_PERIOD, took / mostOfTime));
