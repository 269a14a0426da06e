import { after } from '../../time/timers.ts';

const KEY_INTERVAL_MS = 16;
/** Ten frames a second for output; where these cost too much, five, then two. */
const OUTPUT_INTERVALS_MS = [100, 200, 500];
/** The share of time that drawing may take. */
const MOST_OF_TIME = 0.3;
/** How much a new frame counts in the mean of what one costs. */
const WEIGHT = 0.2;

interface SchedulerOptions {
  /** Draws, and says when it would look different though nothing happens. */
  readonly draw: () => { readonly changesAt: number };
  /** Whether the terminal has taken all it was given. */
  readonly isDrained: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Says when to draw: at once for keys and changes of state, ten times a second for output, never while the terminal
 * still has something to take, and not at all while nothing changes.
 */
export class FrameScheduler {
  readonly #options: SchedulerOptions;
  #cancel: () => void = () => undefined;
  #dueAt = Infinity;
  #drawnAt = 0;
  #isWaiting = false;
  #meanCost = 0;
  #isStopped = true;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    this.#drawnAt = 0;
    this.soon();
  }

  stop(): void {
    this.#isStopped = true;
    this.#isWaiting = false;
    this.#disarm();
  }

  /** A key, a change of state, a new size. */
  soon(): void {
    this.#arm(this.#drawnAt + KEY_INTERVAL_MS);
  }

  output(): void {
    this.#arm(this.#drawnAt + this.#outputInterval());
  }

  at(time: number): void {
    this.#arm(time);
  }

  /** The terminal has taken all. */
  drained(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.soon();
  }

  #outputInterval(): number {
    const fits = OUTPUT_INTERVALS_MS.find((interval) => this.#meanCost < interval * MOST_OF_TIME);
    return fits ?? (OUTPUT_INTERVALS_MS.at(-1) as number);
  }

  #arm(at: number): void {
    if (this.#isStopped || at >= this.#dueAt) return;
    this.#disarm();
    this.#dueAt = at;
    this.#cancel = after(at - this.#options.now(), () => this.#due(), { ref: false });
  }

  #disarm(): void {
    this.#cancel();
    this.#dueAt = Infinity;
  }

  #due(): void {
    this.#disarm();
    if (!this.#options.isDrained()) {
      this.#isWaiting = true;
      return;
    }
    const from = performance.now();
    this.#drawnAt = this.#options.now();
    const { changesAt } = this.#options.draw();
    this.#meanCost += (performance.now() - from - this.#meanCost) * WEIGHT;
    this.at(changesAt);
  }
}
