import type { PodState } from '../../core/pod-state.ts';
import type { PodLogs } from '../../logs/pod-logs.ts';
import type { Notice } from '../../model/notice.ts';
import type { Causes } from '../cause/causes.ts';
import type { ProcessHistory } from '../process-history.ts';

export interface CrashReportOptions {
  /** Absolute, and taken as it is: from there on no symlink is followed. */
  readonly within: string;
  /** Absolute: where they are kept. */
  readonly folder: string;
  readonly logs: PodLogs;
  readonly history: ProcessHistory;
  /** The time of day for a time on the core's clock. */
  readonly timeOf: (at: number) => number;
  readonly startedAt: number;
  /** The pod as of the newest decision. */
  readonly pod: () => PodState;
  /** False where the end of the primary is what was asked for, whatever it says: `run -- npm test`. */
  readonly ofPrimary: boolean;
  readonly notice: (notice: Notice) => void;
  readonly causeOf: Causes['causeOf'];
}
