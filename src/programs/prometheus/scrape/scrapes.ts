import { every } from '../../../time/timers.ts';
import { type PrometheusProgramOptions, type ScrapeTarget, targetKey } from '../options.ts';
import { Store } from '../store/store.ts';
import { Target } from './target.ts';

type Settings = Pick<PrometheusProgramOptions, 'targets' | 'scrapeInterval' | 'retention'>;

/** What is too old goes this often. */
const SWEEP_EVERY = 1_000;

/** A clock that goes back further was set. */
const BACK_BY = 60_000;

/** The targets of the options, and what they have told. */
export class Scrapes {
  readonly #say: (line: string) => void;
  #store = new Store();
  #targets = new Map<string, Target>();
  #settings: Settings = { targets: [], scrapeInterval: 0, retention: 0 };
  #newest = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
    every(SWEEP_EVERY, () => this.#store.sweep(this.#time() - this.#settings.retention));
  }

  get store(): Store {
    return this.#store;
  }

  get targets(): readonly Target[] {
    return [...this.#targets.values()];
  }

  get interval(): number {
    return this.#settings.scrapeInterval;
  }

  /** Takes over other settings. A target that is in both goes on. */
  apply(settings: Settings): void {
    this.#settings = settings;
    const wanted = new Map(settings.targets.map((target) => [targetKey(target), target]));
    for (const [key, target] of this.#targets) {
      if (wanted.has(key)) target.interval = settings.scrapeInterval;
      else {
        target.end();
        this.#targets.delete(key);
      }
    }
    for (const [key, target] of wanted) if (!this.#targets.has(key)) this.#begin(key, target);
  }

  stop(): void {
    for (const target of this.#targets.values()) target.end();
  }

  #begin(key: string, settings: ScrapeTarget): void {
    const target = new Target(settings, this.#store, this.#settings.scrapeInterval, () => this.#time());
    this.#targets.set(key, target);
    void target.begin();
  }

  /** Samples of a time that has yet to come would keep out those that come now. */
  #time(): number {
    const time = Date.now();
    if (time < this.#newest - BACK_BY) {
      this.#say('the clock has gone back: the samples so far are dropped');
      this.#newest = time;
      this.#store = new Store();
      this.#restart();
    }
    this.#newest = Math.max(this.#newest, time);
    return time;
  }

  #restart(): void {
    for (const target of this.#targets.values()) target.end();
    this.#targets.clear();
    this.apply(this.#settings);
  }
}
