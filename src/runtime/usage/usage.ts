import type { UsageDetails } from '../../model/usage-details.ts';

/** Usage of a process and all its descendants. */
export interface Usage {
  /** Cores in use since the last sample: 0.5 is half a core. */
  readonly cpu: number;
  /** Resident bytes. Memory that processes share counts once for each of them. */
  readonly memory: number;
  readonly processes: number;
  /** Only in a close look, and where the platform tells them. */
  readonly details?: UsageDetails;
}
