import { after, now } from '../../../time/timers.ts';
import type { ScrapeTarget } from '../options.ts';
import { STORE_LIMITS, type Store } from '../store/store.ts';
import { fetchExposition, type Scraped } from './fetch-exposition.ts';
import { type Taken, TargetSeries } from './target-series.ts';

export type Health = 'unknown' | 'up' | 'down';

/** What is known of a target after its last scrape. */
export interface TargetState {
  readonly health: Health;
  /** Empty: there is none. */
  readonly lastError: string;
  /** Milliseconds since 1970; `null`: it was not scraped yet. */
  readonly lastScrape: number | null;
  /** Seconds. */
  readonly lastDuration: number;
}

/** A scrape has no longer, as for Prometheus, and no longer than its interval. */
const LONGEST_SCRAPE = 10_000;

/** Scrapes a target again and again. Two scrapes of it never overlap. */
export class Target {
  readonly target: ScrapeTarget;
  readonly #series: TargetSeries;
  readonly #time: () => number;
  #interval: number;
  #state: TargetState = { health: 'unknown', lastError: '', lastScrape: null, lastDuration: 0 };
  #cancel: () => void = () => undefined;
  #hasEnded = false;
  #counts = { scrapes: 0, failures: 0, mistakes: 0, late: 0 };

  constructor(target: ScrapeTarget, store: Store, interval: number, time: () => number) {
    this.target = target;
    this.#series = new TargetSeries(target, store);
    this.#interval = interval;
    this.#time = time;
  }

  get state(): TargetState {
    return this.#state;
  }

  get counts(): Readonly<Record<'scrapes' | 'failures' | 'mistakes' | 'late', number>> {
    return this.#counts;
  }

  set interval(interval: number) {
    this.#interval = interval;
  }

  /** The first scrape is at once: who looks at a pod that has just started wants to see something. */
  async begin(): Promise<void> {
    for (let next = now(); !this.#hasEnded; ) {
      await this.#scrape();
      next = Math.max(next + this.#interval, now());
      await this.#until(next);
    }
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancel();
    this.#series.end(this.#time());
  }

  #until(time: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = after(Math.max(0, time - now()), resolve);
    this.#cancel = () => {
      stop();
      resolve();
    };
    if (this.#hasEnded) this.#cancel();
    return promise;
  }

  async #scrape(): Promise<void> {
    const [time, from] = [this.#time(), now()];
    const seconds = (): number => (now() - from) / 1000;
    this.#counts.scrapes += 1;
    try {
      const within = Math.min(this.#interval, LONGEST_SCRAPE);
      const scraped = await fetchExposition(this.target, within, STORE_LIMITS.series);
      if (!this.#hasEnded) this.#take(time, seconds(), scraped);
    } catch (error) {
      if (this.#hasEnded) return;
      this.#counts.failures += 1;
      this.#series.fail(time, seconds());
      this.#state = { ...this.#after(time, seconds()), health: 'down', lastError: (error as Error).message };
    }
  }

  #take(time: number, duration: number, scraped: Scraped): void {
    const taken = this.#series.take(time, duration, scraped.samples);
    this.#counts.mistakes += scraped.mistakes;
    this.#counts.late += taken.late;
    this.#state = { ...this.#after(time, duration), health: 'up', lastError: complaint(scraped, taken) };
  }

  #after(lastScrape: number, lastDuration: number): Pick<TargetState, 'lastScrape' | 'lastDuration'> {
    return { lastScrape, lastDuration };
  }
}

/** What was left out of a scrape that succeeded. */
const complaint = ({ mistakes, namedMistakes }: Scraped, { late, refused }: Taken): string => {
  const named = namedMistakes.map(({ line, problem }) => `line ${line}: ${problem}`).join('; ');
  const more = mistakes - namedMistakes.length;
  return [
    ...(mistakes === 0
      ? []
      : [`${counted(mistakes, 'line')} left out: ${named}${more > 0 ? `; ${more} more` : ''}`]),
    ...(late === 0 ? [] : [`${counted(late, 'sample')} left out: they came twice, or are older than others`]),
    ...(refused === 0
      ? []
      : [
          `${counted(refused, 'new series', 'new series')} left out: there is room for ${STORE_LIMITS.series}`,
        ]),
  ].join('; ');
};

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? `${one} was` : `${many} were`}`;
