import type { ActiveHealthOptions } from '../options.ts';

/** Healthy until `unhealthyThreshold` checks in a row have failed, then unhealthy until `healthyThreshold` in a row have passed. */
export class ActiveChecks {
  readonly #options: ActiveHealthOptions;
  readonly #inARow: number[];

  constructor(options: ActiveHealthOptions, size: number) {
    this.#options = options;
    this.#inARow = new Array<number>(size).fill(0);
  }

  /** What the endpoint is from now on. */
  checked(endpoint: number, isPassed: boolean, isHealthy: boolean): boolean {
    if (isPassed === isHealthy) {
      this.#inARow[endpoint] = 0;
      return isHealthy;
    }
    const { healthyThreshold, unhealthyThreshold } = this.#options;
    const inARow = (this.#inARow[endpoint] as number) + 1;
    const isEnough = inARow >= (isPassed ? healthyThreshold : unhealthyThreshold);
    this.#inARow[endpoint] = isEnough ? 0 : inARow;
    return isEnough ? isPassed : isHealthy;
  }

  /** Another process, with nothing known of it. */
  forget(endpoint: number): void {
    this.#inARow[endpoint] = 0;
  }
}
