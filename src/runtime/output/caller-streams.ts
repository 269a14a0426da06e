import type { Flow } from '../../logs/flow.ts';
import type { OutputStream } from '../pod-reader.ts';

/** Our own stdout or stderr, where it is not a terminal. */
export interface CallerStream {
  write(bytes: Buffer): void;
  /** Nobody has it open for writing any more, though the process goes on: its reader is to know that too. */
  end(): void;
  /** Calls when nobody reads it any more. */
  onClosed(listener: () => void): void;
}

/**
 * What we were started with, for the one process that has it in our place. A terminal it gets as it is. Anything else we
 * stand in front of, byte by byte, so that its output is in its log file too.
 */
export interface CallerStreams {
  /** Null: a terminal. Both are the same where both lead to the same place, which keeps their order. */
  readonly streams: Readonly<Record<OutputStream, CallerStream | null>>;
  /** Holds back that process alone: what it writes to has other readers than the others' output. */
  readonly flow: Flow;
  /** It stays in our session and process group, so that the terminal is its own: keys, signals, /dev/tty. */
  readonly sharesTerminal: boolean;
}
