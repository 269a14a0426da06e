import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';

export type OutputStream = 'stdout' | 'stderr';

/** Shows, records or passes on the events of a pod. */
export interface PodReader {
  event(event: PodEvent): void;
  /**
   * Takes whole lines with their newlines, or, with `partial`, a piece of a line without one. The memory of the block is
   * used again afterwards.
   */
  output(process: string, stream: OutputStream, block: Buffer, partial: boolean): void;
  /**
   * Takes an unfinished line that has not grown for a moment; the whole of it follows as output. Its memory is used again
   * afterwards. Null: it has ended as it is.
   */
  unfinished?(process: string, stream: OutputStream, line: Buffer | null): void;
  /** Takes what a process says that it does; null: it has ended. */
  status?(process: string, text: string | null): void;
  notice(notice: Notice): void;
}
