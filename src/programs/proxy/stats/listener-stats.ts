import type { ResponseFlag } from '../routing/response-flags.ts';
import { DurationHistogram } from './duration-histogram.ts';

/** A request, or a connection of bytes, that has ended. */
export interface Served {
  /** `null`: a connection of bytes. */
  readonly method: string | null;
  readonly responseCode: number;
  readonly responseFlags: readonly ResponseFlag[];
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** What has come to a listener so far. A record of the access log is a `Served`. */
export class ListenerStats {
  connections = 0;
  openConnections = 0;
  openRequests = 0;
  bytesReceived = 0;
  bytesSent = 0;
  readonly flags = new Map<ResponseFlag, number>();
  /** By method and status, with a space between. */
  readonly durations = new Map<string, DurationHistogram>();

  served(served: Served): void {
    this.bytesReceived += served.bytesReceived;
    this.bytesSent += served.bytesSent;
    for (const flag of served.responseFlags) this.flags.set(flag, (this.flags.get(flag) ?? 0) + 1);
    if (served.method === null) return;
    const key = `${METHODS.has(served.method) ? served.method : '_OTHER'} ${served.responseCode}`;
    let durations = this.durations.get(key);
    if (durations === undefined) {
      durations = new DurationHistogram();
      this.durations.set(key, durations);
    }
    durations.observe(served.duration);
  }
}

/** OpenTelemetry's known methods. A client may send anything else, and a metric must not grow by that. */
const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'QUERY'],
]);
