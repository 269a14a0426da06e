import type { EngineProgramOptions } from './options.ts';

/** What the program needs to know of an engine. Its working directory is the folder of its configuration. */
export interface Engine {
  /** Name of its program. */
  readonly program: string;
  /** Name of the program that checks its configurations, if it is another one. */
  readonly checker?: string;
  /** Checks a configuration and ends. */
  readonly check: (config: string) => readonly string[];
  /** Runs it in the foreground. */
  readonly run: (config: string) => readonly string[];
  readonly env: () => Readonly<Record<string, string>>;
  /** What to do about a refusal of a configuration, if it is known. */
  readonly hint?: (refusal: string) => string | null;
  /** Makes what it needs to run, but not to check a configuration. */
  readonly prepare?: () => void;
  /** Whether it does its work, once it accepts connections: one may accept them before it hears signals. */
  readonly isUp: () => Promise<boolean>;
  /** Waits, no longer than so many milliseconds, until it has done what there is to do: before it drains. */
  readonly settle?: (within: number) => Promise<void>;
  /** Takes no new connection, and ends when all requests have. */
  readonly drainSignal: NodeJS.Signals;
  /** Ends at once. */
  readonly stopSignal: NodeJS.Signals;
  /** Takes over a configuration that was checked. Rejects if it did not. */
  readonly reload: (pid: number, options: EngineProgramOptions) => Promise<void>;
  /** Metrics of its own in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  readonly stats: () => Promise<object>;
  /** False: its metrics have those of a process already. */
  readonly lacksProcessMetrics: boolean;
  /** Takes servers out and brings them back; `null`: it cannot be told. */
  readonly setReady: ((servers: readonly string[], isReady: boolean) => Promise<void>) | null;
}
