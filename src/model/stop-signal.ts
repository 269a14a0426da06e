/** A signal that ends a process in order. */
export interface StopSignal {
  /** Name, as `SIGTERM`. */
  readonly signal: string;
  /** Number of the signal on this platform. */
  readonly signalNumber: number;
}
