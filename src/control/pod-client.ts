import type { Duplex } from 'node:stream';
import type { Answer } from './answer.ts';
import type { PodEventJson } from './pod-event-json.ts';
import type {
  PodRequest,
  PodSnapshot,
  ProcessDetails,
  RequestOutcome,
  Timestamp,
  Usage,
  UsageWithDetails,
} from './pod-snapshot.ts';

export type * from './pod-snapshot.ts';

/**
 * A running pod, as its clients see it: the dashboard, the control socket's clients, the library. In the supervisor it
 * is the pod itself; elsewhere it uses the control socket.
 */
export interface PodClient {
  /** The newest snapshot: a new object whenever anything in it has changed, the same one otherwise. */
  readonly snapshot: PodSnapshot;
  /**
   * Calls `listener` after a change of the snapshot, at most once a turn of the loop. Returns a function that ends the
   * calls.
   */
  onChange(listener: () => void): () => void;
  /** Output in memory of one process, or of all processes (null) in the order it came. */
  log(process: string | null): LogView;
  /** Calls `listener` after new output, at most once a turn of the loop. Returns a function that ends the calls. */
  onOutput(listener: () => void): () => void;
  /**
   * Calls `listener` with the usage by process once a second, or every few seconds for very large pods. Samples only
   * while there is a listener. Returns a function that ends the calls.
   */
  onUsage(listener: (usage: ReadonlyMap<string, Usage>) => void, details?: UsageWithDetails): () => void;
  /** More facts about one process than the snapshot has, or null if there is no such process. */
  details(process: string): Promise<ProcessDetails | null>;
  request(request: PodRequest): Promise<RequestOutcome>;
  /**
   * Opens the terminal of a process, over all its launches. To read: the newest bytes that were drawn on it, then those
   * that are. To write: keys for what runs on it; without anything, they are lost. It ends when the process leaves the
   * pod. Rejects if the pod has gone.
   */
  openTerminal(process: string): Promise<Answer<Duplex>>;
  /**
   * Calls `listener` with the newest sentence about the pod and about each of its processes, and then with each one
   * that follows. Returns a function that ends the calls.
   */
  onSentence(listener: (sentence: Sentence) => void): () => void;
  /** Calls `listener` with each event that is kept, and then with each one that follows. Returns a function that ends the calls. */
  onEvent(listener: (event: ToldEvent) => void): () => void;
}

/** A sentence of plain output. */
export interface Sentence {
  readonly text: string;
  readonly at: Timestamp;
  /** Process whose end it tells of, else null. */
  readonly ended: string | null;
  /** Process whose likely cause it tells, else null. */
  readonly explained: string | null;
}

/** `text`: the sentence of plain output, if it has one. */
export type ToldEvent = PodEventJson & { readonly text?: string };

/**
 * A bounded window on growing output: the newest lines, oldest first.
 *
 * Each line has a `seq`. It grows with the output of the whole pod in the order it came, so lines of several processes
 * can be merged by it, and it stays the same when older lines are dropped. It has gaps.
 */
export interface LogView {
  /** `seq` of the oldest kept line, or `end` if there is none. */
  readonly first: number;
  /** A number above the newest line's `seq`. */
  readonly end: number;
  /**
   * Number of lines so far, including those dropped since the first read. The difference of two counts is the number of
   * new lines.
   */
  readonly count: number;
  /** Number of those lines with `seq < before`. */
  countBefore(before: number): number;
  /** Returns at most `count` lines with `seq >= from`, oldest first. */
  after(from: number, count: number): readonly LogViewLine[];
  /** Returns the newest lines with `seq < before`, at most `count`, oldest first. */
  before(before: number, count: number): readonly LogViewLine[];
}

export interface LogViewLine {
  readonly seq: number;
  readonly process: string;
  /** Time when it was read. */
  readonly time: Timestamp;
  readonly stream: 'stdout' | 'stderr';
  /** Bytes without the newline. */
  readonly line: Buffer;
  /** True for a piece of a line, cut at 64 KiB or never ended. */
  readonly partial: boolean;
}
