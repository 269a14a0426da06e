import type { PassiveHealthOptions } from '../options.ts';

/**
 * Passive ejection as Envoy's outlier detection does it (source/common/upstream/outlier_detection_impl.cc), by consecutive 5xx:
 *
 * - `consecutive5XxErrors` in a row eject an endpoint. A failure without a response counts as one (`putResultNoLocalExternalSplit`).
 * - It comes back at the first interval after min(`baseEjectionTime` × its multiplier, `maxEjectionTime`).
 * - The multiplier goes up by one with each ejection, and down by one with each interval that the endpoint is back.
 * - Of `members` at most `maxEjectionPercent` are ejected. Envoy has had no exception for the first since
 *   `always_eject_one_host` (1.31): with 10 % none of one to nine is ever ejected, unless `alwaysEjectOneEndpoint`.
 *
 * One difference: when an endpoint leaves, and the ejected ones are more than the share of the rest, the one that was ejected first
 * comes back at once. Envoy would use all of them by its panic threshold.
 */
export class OutlierDetection {
  readonly #options: PassiveHealthOptions;
  readonly #monitors: Monitor[];
  /** Intervals are counted from here. */
  readonly #start: number;
  #members = 0;
  /** Ejected now. */
  ejected = 0;
  /** Ejections so far, and those that the percentage has forbidden. */
  ejections = 0;
  overflows = 0;
  /** Time of the next interval that something can happen at. */
  dueAt = Number.POSITIVE_INFINITY;

  constructor(options: PassiveHealthOptions, size: number, now: number) {
    this.#options = options;
    this.#monitors = Array.from({ length: size }, () => new Monitor());
    this.#start = now;
  }

  isEjected(endpoint: number): boolean {
    return this.#at(endpoint).isEjected;
  }

  join(endpoint: number): void {
    const monitor = this.#at(endpoint);
    if (!monitor.isMember) this.#members += 1;
    monitor.isMember = true;
  }

  /** What comes back later begins anew: it is another process. True: some endpoint is ejected no longer. */
  leave(endpoint: number, now: number): boolean {
    const monitor = this.#at(endpoint);
    if (!monitor.isMember) return false;
    const wasEjected = monitor.isEjected;
    if (wasEjected) this.ejected -= 1;
    this.#members -= 1;
    this.#monitors[endpoint] = new Monitor();
    return this.#readmitTooMany(now) || wasEjected;
  }

  /** The status of a response, or 503 or 504 for none. True: the endpoint is ejected because of it. */
  report(endpoint: number, status: number, now: number): boolean {
    const monitor = this.#at(endpoint);
    if (status < 500 || status > 599) {
      monitor.consecutive = 0;
      return false;
    }
    monitor.consecutive += 1;
    if (monitor.consecutive !== this.#options.consecutive5XxErrors) return false;
    if (monitor.isEjected || !monitor.isMember) return false;
    monitor.consecutive = 0;
    return this.#eject(monitor, now);
  }

  /** A passed active check ends the ejection (Envoy's `successful_active_health_check_uneject_host`). */
  checkPassed(endpoint: number, now: number): boolean {
    const monitor = this.#at(endpoint);
    if (!monitor.isEjected) return false;
    this.#readmit(monitor, now);
    return true;
  }

  /** At an interval. True: some endpoint is ejected no longer. */
  look(now: number): boolean {
    if (now < this.dueAt) return false;
    let hasChanged = false;
    for (const monitor of this.#monitors) {
      if (!monitor.isEjected || now - monitor.ejectedAt < this.#ejectionTime(monitor)) continue;
      this.#readmit(monitor, now);
      hasChanged = true;
    }
    for (const monitor of this.#monitors) this.#calm(monitor, now);
    this.#plan(now);
    return hasChanged;
  }

  #at(endpoint: number): Monitor {
    return this.#monitors[endpoint] as Monitor;
  }

  #ejectionTime({ multiplier }: Monitor): number {
    return Math.min(this.#options.baseEjectionTime * multiplier, this.#options.maxEjectionTime);
  }

  #mayBeEjected(count: number): boolean {
    if (count === 1 && this.#options.alwaysEjectOneEndpoint) return true;
    return (100 * count) / this.#members <= Math.min(100, this.#options.maxEjectionPercent);
  }

  #eject(monitor: Monitor, now: number): boolean {
    if (!this.#mayBeEjected(this.ejected + 1)) {
      this.overflows += 1;
      return false;
    }
    const { baseEjectionTime, maxEjectionTime } = this.#options;
    this.ejected += 1;
    this.ejections += 1;
    monitor.isEjected = true;
    monitor.ejectedAt = now;
    if (monitor.multiplier * baseEjectionTime < maxEjectionTime + baseEjectionTime) monitor.multiplier += 1;
    this.#plan(now);
    return true;
  }

  #readmit(monitor: Monitor, now: number): void {
    this.ejected -= 1;
    monitor.isEjected = false;
    monitor.readmittedAt = now;
    monitor.consecutive = 0;
  }

  #readmitTooMany(now: number): boolean {
    let hasChanged = false;
    while (this.ejected > 0 && !this.#mayBeEjected(this.ejected)) {
      const ejected = this.#monitors.filter(({ isEjected }) => isEjected);
      this.#readmit(
        ejected.reduce((first, other) => (other.ejectedAt < first.ejectedAt ? other : first)),
        now,
      );
      hasChanged = true;
    }
    return hasChanged;
  }

  #calm(monitor: Monitor, now: number): void {
    if (monitor.isEjected || monitor.multiplier === 0) return;
    if (now - monitor.readmittedAt >= this.#options.interval) monitor.multiplier -= 1;
  }

  #plan(now: number): void {
    const { interval } = this.#options;
    const isIdle = this.#monitors.every(({ multiplier }) => multiplier === 0);
    const passed = Math.floor((now - this.#start) / interval);
    this.dueAt = isIdle ? Number.POSITIVE_INFINITY : this.#start + (passed + 1) * interval;
  }
}

class Monitor {
  isMember = false;
  consecutive = 0;
  isEjected = false;
  ejectedAt = 0;
  readmittedAt = 0;
  multiplier = 0;
}
