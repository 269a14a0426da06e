import { after } from '../../time/timers.ts';

const KEY_INTERVAL_MS = 16;
/** Ten frames a second for output; five, then two, if these cost too much. */
const OUTPUT_INTERVALS_MS = [100, 200, 500];
/** Maximum share of time for drawing. */
const MOST_OF_TIME = 0.3;
/** Weight of a new frame in the average cost. */
const WEIGHT = 0.2;

interface SchedulerOptions {
  /** Draws a frame, and returns the time at which it would look different without any event. */
  readonly draw: () => { readonly changesAt: number };
  /** True if the terminal has taken everything. */
  readonly isDrained: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Decides when to draw: at once for keys and state changes, ten times a second for output, never while the terminal
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

  /** Draws soon, for a key, a state change or a new size. */
  soon(): void {
    this.#arm(this.#drawnAt + KEY_INTERVAL_MS);
  }

  output(): void {
    this.#arm(this.#drawnAt + this.#outputInterval());
  }

  at(time: number): void {
    this.#arm(time);
  }

  /** The terminal has taken everything. */
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
