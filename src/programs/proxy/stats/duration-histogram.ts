/** Seconds: what OpenTelemetry advises for the duration of HTTP requests. */
export const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** How long things took. */
export class DurationHistogram {
  readonly counts = new Float64Array(BOUNDS.length + 1);
  /** Seconds. */
  sum = 0;

  observe(milliseconds: number): void {
    const seconds = milliseconds / 1000;
    let at = 0;
    // Most requests end in one of the first buckets.
    while (at < BOUNDS.length && seconds > (BOUNDS[at] as number)) at += 1;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sum += seconds;
  }

  get count(): number {
    return this.counts.reduce((total, count) => total + count, 0);
  }
}
