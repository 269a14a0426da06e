/** The options of the program, as its ready-made sidecar writes them. Addresses are `host:port`. */
export interface TelemetryProgramOptions {
  readonly http: string;
  readonly grpc: string;
  readonly admin: string;
  /** Traces, log records and points of metrics that it keeps at most. */
  readonly keep: { readonly traces: number; readonly logs: number; readonly metrics: number };
  /** Share of the traces, from 0 to 1. */
  readonly sampling: number;
  readonly forward: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
  /** Absolute path; null: nothing is written. */
  readonly file: string | null;
}
