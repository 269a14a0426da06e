import type { PodOptions } from './options.ts';

export interface LogsOptions extends PodOptions {
  readonly lines: number;
  readonly follow?: boolean;
  readonly since?: string;
  readonly grep?: string;
  readonly run?: string;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly json?: boolean;
}

/** The lines that `logs` is asked for. */
export interface WantedLogs {
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly since: number | null;
  readonly grep: RegExp | null;
  readonly options: LogsOptions;
}
