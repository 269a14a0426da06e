/** The options of `use: 'telemetry'`, which receives what OpenTelemetry sends. */

/** A port, or `'auto'` for a free one, which stays the same on later runs while it is free. */
type ListenPort = number | 'auto';

/** The address of another receiver of OTLP over HTTP, or a variable that has it. */
export type ReceiverUrl = `http://${string}` | `https://${string}` | `\${env.${string}}`;

/**
 * A receiver for OpenTelemetry's traces, metrics and logs. It keeps the newest in memory, and gives the other processes the
 * variables with which their SDKs find it, unless they have them already.
 *
 * @example { keep: { traces: 2000 }, forward: 'http://collector.internal:4318', file: '${volumes.telemetry}/otlp.jsonl' }
 */
export interface TelemetryOptions {
  /** Ports, which `ports` can set, too. Default: free ones. OpenTelemetry's are 4318 for `http` and 4317 for `grpc`. */
  readonly listen?: { readonly http?: ListenPort; readonly grpc?: ListenPort };
  /**
   * How much it keeps: traces (default 10,000), records of logs (default 10,000), and series of metrics with their newest
   * point (default 50,000). What is older gives way, also when all together take more than 128 MiB.
   */
  readonly keep?: { readonly traces?: number; readonly logs?: number; readonly metrics?: number };
  /**
   * Another receiver that gets everything, too, over HTTP: `/v1/traces` and so on are appended. With `headers` for its
   * requests, an object. Default: none.
   */
  readonly forward?:
    | ReceiverUrl
    | { readonly url: ReceiverUrl; readonly headers?: Readonly<Record<string, string>> };
  /** Share of the traces that are kept and forwarded, from 0 to 1. Default 1. */
  readonly sampling?: number;
  /**
   * File that everything is written to before it is acknowledged, as OTLP's JSON, a request a line; relative to the config's
   * folder. It is read back at the start. A file of 64 MiB is renamed to `<file>.1`, which replaces the one before. Default:
   * none.
   */
  readonly file?: string;
}
