import type { PodSpec } from '../model/pod-spec.ts';
import type { LogViewLine, PodClient, ProcessDetails, Usage } from './pod-client.ts';

/** Protocol that a connection to the streams of a process is upgraded to: bytes in both directions, as they are. */
export const ATTACH_PROTOCOL = 'sidecarctl-attach';

/** Version in every path: `/v1/…`. A later one is for changes that old clients could not read. */
export const API_VERSION = 1;

/** An event of the pod as JSON, numbered without gaps, without the lines of output. */
export interface EventLine {
  /** Time in ISO 8601. */
  readonly time: string;
  readonly seq: number;
  readonly type: string;
  /** The sentence of plain output; not set for an event that plain output leaves out. */
  readonly text?: string;
  readonly [fact: string]: unknown;
}

/** Number of entries that a reader has missed because it was too slow, or came too late. */
export interface MissedLine {
  readonly type: 'missed';
  readonly count: number;
}

/** A line of output. */
export interface LogLineJson extends Omit<LogViewLine, 'time' | 'line' | 'partial'> {
  readonly type: 'log';
  /** Time in ISO 8601. */
  readonly time: string;
  readonly line: string;
  readonly partial?: true;
}

export interface UsageLine {
  readonly type: 'usage';
  readonly processes: Readonly<Record<string, Usage>>;
}

/** Like `ProcessDetails`; the value of a secret is null unless it was asked for. */
export type DetailsJson = Omit<ProcessDetails, 'env'> & {
  readonly env: ReadonlyArray<{
    readonly name: string;
    readonly value: string | null;
    readonly isSecret: boolean;
    readonly providedBy?: string;
  }>;
};

/** Parts of a pod that the server needs. */
export interface ServedPod {
  readonly client: PodClient;
  readonly events: EventSource;
  readonly spec: Pick<PodSpec, 'ui'>;
  /**
   * Connects to the streams of the running instance of a process. `onOutput` gets the bytes of its output as they come.
   * Returns a sentence if that cannot be done.
   */
  connect(process: string, onOutput: (bytes: Buffer) => void): Attachment | string;
}

/** A connection to the streams of an instance of a process. */
export interface Attachment {
  /** Resolves when the instance is gone and its output has come. */
  readonly ended: Promise<unknown>;
  /** Returns false if nothing was taken, because the process does not read. */
  send(bytes: Buffer): boolean;
  detach(): void;
}

export interface EventSource {
  /** Number of the oldest kept event. */
  readonly first: number;
  /** Number of the newest event; 0 before the first. */
  readonly last: number;
  /** Events with a greater number, oldest first, at most `count`. */
  since(seq: number, count: number): readonly EventLine[];
  onEvent(listener: () => void): () => void;
}
