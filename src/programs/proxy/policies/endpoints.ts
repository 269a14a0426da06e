import type { EndpointOptions } from '../options.ts';
import { Downtime } from './downtime.ts';

/** What is known of the endpoints of a cluster, and which of them requests may go to. */
export class Endpoints {
  /** Attempts under way, by endpoint. */
  readonly active: number[];
  readonly downtimes: readonly Downtime[];
  readonly #options: readonly EndpointOptions[];
  readonly #isReady: boolean[];
  /** Of one that is not ready: whether waiting for it is worth while. */
  readonly #isComing: boolean[];
  readonly #isHealthy: boolean[];
  readonly #isEjected: (endpoint: number) => boolean;
  /** Indices of those that requests may go to. */
  available: readonly number[] = [];
  /** Ready, healthy by active checks, and not ejected. Some of them may be down. */
  healthy = 0;
  /** True: some may have requests soon, since it is down or not ready yet. An ejected one is out for long. */
  mayComeBack = false;
  noneReady = false;
  #down = 0;

  constructor(options: readonly EndpointOptions[], isEjected: (endpoint: number) => boolean) {
    this.#options = options;
    this.#isEjected = isEjected;
    this.active = options.map(() => 0);
    this.downtimes = options.map(() => new Downtime());
    this.#isReady = options.map(({ isProcess }) => !isProcess);
    this.#isComing = options.map(() => true);
    this.#isHealthy = options.map(() => true);
    this.refresh();
  }

  isReady(endpoint: number): boolean {
    return this.#isReady[endpoint] as boolean;
  }

  isHealthy(endpoint: number): boolean {
    return this.#isHealthy[endpoint] as boolean;
  }

  /** A process that is ready anew has nothing to do with what was there before. */
  setReady(endpoint: number, isReady: boolean): void {
    this.#isReady[endpoint] = isReady;
    this.#isHealthy[endpoint] = true;
    this.downtimes[endpoint]?.ended();
    this.refresh();
  }

  /** True: that is new. */
  setComing(endpoint: number, isComing: boolean): boolean {
    if (this.#isComing[endpoint] === isComing) return false;
    this.#isComing[endpoint] = isComing;
    this.refresh();
    return true;
  }

  setHealthy(endpoint: number, isHealthy: boolean): void {
    this.#isHealthy[endpoint] = isHealthy;
    this.refresh();
  }

  begin(endpoint: number): void {
    this.active[endpoint] = (this.active[endpoint] as number) + 1;
  }

  end(endpoint: number): void {
    this.active[endpoint] = (this.active[endpoint] as number) - 1;
  }

  /** It has refused a connection. */
  isDown(endpoint: number, trial: number, now: number): void {
    this.#downtime(endpoint).refused(trial, now);
    this.refresh();
  }

  /** It has taken a connection. True: it was down. */
  isUp(endpoint: number): boolean {
    if (!this.#downtime(endpoint).ended()) return false;
    this.refresh();
    return true;
  }

  /** To be called whenever one of them is ejected or comes back. */
  refresh(): void {
    const all = this.#options.map((_, endpoint) => endpoint);
    const usable = all.filter((endpoint) => this.#isUsable(endpoint));
    this.available = usable.filter((endpoint) => this.#downtime(endpoint).until === null);
    this.healthy = usable.length;
    this.#down = usable.length - this.available.length;
    const unready = all.filter((endpoint) => !this.isReady(endpoint));
    this.noneReady = unready.length === all.length;
    this.mayComeBack =
      this.#down > 0 ||
      unready.some((endpoint) => this.#hasWeight(endpoint) && this.#isComing[endpoint] === true);
  }

  /** One that is down, and may be tried now by one request; -1: none. */
  toTry(now: number): number {
    if (this.#down === 0) return -1;
    return this.downtimes.findIndex((_, endpoint) => this.#mayBeTried(endpoint, now));
  }

  countToTry(now: number): number {
    return this.downtimes.filter((_, endpoint) => this.#mayBeTried(endpoint, now)).length;
  }

  /** Time at which another one that is down may be tried. */
  nextTry(after: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [endpoint, { until, isTried }] of this.downtimes.entries()) {
      const isLater = until !== null && until > after && until < next;
      if (isLater && !isTried && this.#isUsable(endpoint)) next = until;
    }
    return next;
  }

  #mayBeTried(endpoint: number, now: number): boolean {
    return this.#downtime(endpoint).mayBeTried(now) && this.#isUsable(endpoint);
  }

  #downtime(endpoint: number): Downtime {
    return this.downtimes[endpoint] as Downtime;
  }

  #hasWeight(endpoint: number): boolean {
    return (this.#options[endpoint] as EndpointOptions).weight > 0;
  }

  #isUsable(endpoint: number): boolean {
    return (
      this.#hasWeight(endpoint) &&
      this.isReady(endpoint) &&
      this.isHealthy(endpoint) &&
      !this.#isEjected(endpoint)
    );
  }
}
