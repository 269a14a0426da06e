/** What each process of a pod and all its descendants use, by its name. */
export type PodUsage = Readonly<Record<string, ProcessUsage>>;

export interface ProcessUsage {
  /** Cores in use since the last sample: 0.5 is half a core. */
  readonly cpu: number;
  /** Resident bytes. Memory that processes share counts once for each of them. */
  readonly memory: number;
  readonly processes: number;
}
