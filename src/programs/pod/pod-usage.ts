/** What each process of a pod and all its descendants use, by its name. */
export type PodUsage = Readonly<Record<string, ProcessUsage>>;

export interface ProcessUsage {
  /** Cores in use since the last sample: 0.5 is half a core. */
  readonly cpu: number;
  /** Resident bytes. Memory that processes share counts once for each of them. */
  readonly memory: number;
  readonly processes: number;
  /** Only where they were asked for, and where the platform tells them. */
  readonly details?: UsageDetails;
}

/** What a process and all its descendants have used since its launch, and what they use now. */
export interface UsageDetails {
  /** Start of the main process, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly cpuSeconds: { readonly user: number; readonly system: number };
  /** Bytes. */
  readonly memory: {
    readonly resident: number;
    /** Null until it has been read. */
    readonly proportional: number | null;
    readonly virtual: number;
    readonly swapped: number;
  };
  readonly threads: number;
  readonly openFiles: number;
  readonly maxOpenFiles: number;
  readonly worstOpenFiles: number;
  /** Bytes of storage. */
  readonly disk: { readonly read: number; readonly written: number };
  readonly contextSwitches: { readonly voluntary: number; readonly involuntary: number };
  readonly pageFaults: { readonly minor: number; readonly major: number };
  /** Number of processes in each state of the kernel. */
  readonly states: {
    readonly running: number;
    readonly sleeping: number;
    readonly waiting: number;
    readonly other: number;
  };
}
