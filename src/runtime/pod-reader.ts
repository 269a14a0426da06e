import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';

export type OutputStream = 'stdout' | 'stderr';

/** Shows, records or passes on what happens in a pod. */
export interface PodReader {
  event(event: PodEvent): void;
  /** Whole lines with their newlines; or, when `partial`, a piece of a line without one. */
  output(process: string, stream: OutputStream, block: Buffer, partial: boolean): void;
  /**
   * A line as it is so far, of which nothing more has come for a moment; the whole of it comes as output. Null: it has
   * ended as it is.
   */
  unfinished?(process: string, stream: OutputStream, line: Buffer | null): void;
  notice(notice: Notice): void;
}
