/** What a process and all its descendants have used since its launch, and what they use now. */
export interface UsageDetails {
  /** Start of the main process, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Seconds on a processor. */
  readonly cpuSeconds: { readonly user: number; readonly system: number };
  /** Bytes. */
  readonly memory: {
    /** Memory that processes share counts once for each of them. */
    readonly resident: number;
    /** Memory that several processes share, divided by their number: read every ten seconds. Null before that. */
    readonly proportional: number | null;
    readonly virtual: number;
    readonly swapped: number;
  };
  readonly threads: number;
  readonly openFiles: number;
  /** Number of descriptors that the main process may have open. */
  readonly maxOpenFiles: number;
  /** The greatest share of its own limit that one of the processes has open. */
  readonly worstOpenFiles: number;
  /** Bytes that storage has read and written. */
  readonly disk: { readonly read: number; readonly written: number };
  /** Of the main thread of each process. */
  readonly contextSwitches: { readonly voluntary: number; readonly involuntary: number };
  readonly pageFaults: { readonly minor: number; readonly major: number };
  /** Number of processes in each state of the kernel. `waiting`: in an uninterruptible wait. */
  readonly states: {
    readonly running: number;
    readonly sleeping: number;
    readonly waiting: number;
    readonly other: number;
  };
}
