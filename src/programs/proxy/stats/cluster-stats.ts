import { DurationHistogram } from './duration-histogram.ts';

/** What happened to the attempts of a cluster, besides what its policies count. */
export class ClusterStats {
  /** Connections that could not be opened. */
  connectFailures = 0;
  /** Attempts and requests that took too long. */
  timeouts = 0;
  openConnections = 0;
  /** By the status of the response. */
  readonly durations = new Map<number, DurationHistogram>();

  /** An attempt has got a response. Milliseconds from its start to the head. */
  responded(status: number, duration: number): void {
    let durations = this.durations.get(status);
    if (durations === undefined) {
      durations = new DurationHistogram();
      this.durations.set(status, durations);
    }
    durations.observe(duration);
  }
}
