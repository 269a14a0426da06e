import type { Backpressure } from '../../logs/backpressure.ts';
import type { OutputStream } from '../pod-reader.ts';

/** Our own stdout or stderr, if it is not a terminal. */
export interface CallerStream {
  write(bytes: Buffer): void;
  /**
   * Ends the stream: nobody has it open for writing any more, though the process runs on, and its reader should know.
   */
  end(): void;
  /** Calls `listener` when nobody reads it any more. */
  onClosed(listener: () => void): void;
}

/**
 * Our own streams, for the one process that gets them. It gets a terminal directly. Anything else is copied byte by
 * byte, so that its output is in its log file too.
 */
export interface CallerStreams {
  /** Streams; null for a terminal. Both are the same object if both lead to the same place, which keeps their order. */
  readonly streams: Readonly<Record<OutputStream, CallerStream | null>>;
  /** Pauses only that process, because its output has other readers than the others'. */
  readonly backpressure: Backpressure;
  /** True if it stays in our session and process group, so that the terminal is its own: keys, signals, /dev/tty. */
  readonly sharesTerminal: boolean;
}
