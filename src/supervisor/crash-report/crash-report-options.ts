import type { PodState } from '../../core/pod-state.ts';
import type { PodLogs } from '../../logs/pod-logs.ts';
import type { Notice } from '../../model/notice.ts';
import type { Causes } from '../cause/causes.ts';
import type { ProcessHistory } from '../process-history.ts';

export interface CrashReportOptions {
  /** Absolute path that is not checked; below it no symlink is followed. */
  readonly within: string;
  /** Absolute path of the folder for crash reports. */
  readonly folder: string;
  readonly logs: PodLogs;
  readonly history: ProcessHistory;
  /** Converts a time on the core's clock to the time of day. */
  readonly timeOf: (at: number) => number;
  readonly startedAt: number;
  /** Pod after the newest decision. */
  readonly pod: () => PodState;
  /** False if the primary's end is expected, whatever its code: `run -- npm test`. */
  readonly ofPrimary: boolean;
  readonly notice: (notice: Notice) => void;
  readonly causeOf: Causes['causeOf'];
}
