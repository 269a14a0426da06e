import type {
  PodRequest,
  PodSnapshot,
  ProcessDetails,
  RequestOutcome,
  Timestamp,
  Usage,
} from './pod-snapshot.ts';

export type * from './pod-snapshot.ts';

/**
 * A running pod as those see it who watch and steer it: the dashboard, the control socket's clients, the library.
 * In the supervisor it is the pod itself; elsewhere it speaks through the control socket.
 */
export interface PodClient {
  /** The newest; a new object whenever anything in it has changed, the same one otherwise. */
  readonly snapshot: PodSnapshot;
  /** Calls after a change of the snapshot, at most once a turn of the loop. Returns what ends the calls. */
  onChange(listener: () => void): () => void;
  /** What is kept in memory of a process's output; null: of all processes, in the order it came. */
  log(process: string | null): LogView;
  /** Calls, at most once a turn of the loop, after output has come. Returns what ends the calls. */
  onOutput(listener: () => void): () => void;
  /** Samples once a second, very large pods every few seconds, while at least one listener is there. Returns what ends the calls. */
  onUsage(listener: (usage: ReadonlyMap<string, Usage>) => void): () => void;
  /** More than the snapshot has, for one process. Null: there is no such process. */
  details(process: string): Promise<ProcessDetails | null>;
  request(request: PodRequest): Promise<RequestOutcome>;
}

/**
 * A bounded window on output that goes on: the newest of it, oldest first.
 *
 * Lines are known by their `seq`: it grows with the output of the whole pod, in the order it came, so that the lines of
 * several processes can be merged by it, and it stays the line's own when older ones are dropped. It has gaps.
 */
export interface LogView {
  /** Of the oldest line that is kept; `end` when there is none. */
  readonly first: number;
  /** More than the newest line's. */
  readonly end: number;
  /** Lines that have come, those included that were dropped since the first read; the difference of two is how many are new. */
  readonly count: number;
  /** At most `count` lines with `seq >= from`, oldest first. */
  after(from: number, count: number): readonly LogViewLine[];
  /** At most `count` lines with `seq < before`, the newest of them, oldest first. */
  before(before: number, count: number): readonly LogViewLine[];
}

export interface LogViewLine {
  readonly seq: number;
  readonly process: string;
  /** When it was read. */
  readonly time: Timestamp;
  readonly stream: 'stdout' | 'stderr';
  /** Without its newline. */
  readonly line: Buffer;
  /** A piece of a line, cut at 64 KiB or never ended. */
  readonly partial: boolean;
}
