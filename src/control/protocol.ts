import type { PodSpec } from '../model/pod-spec.ts';
import type { LogViewLine, PodClient, ProcessDetails, Usage } from './pod-client.ts';

/** The number in every path: `/v1/…`. A later one is for what old clients could not read. */
export const API_VERSION = 1;

/** An event of the pod: the contract's JSON events, numbered without gaps, without the lines of output. */
export interface EventLine {
  /** ISO 8601. */
  readonly time: string;
  readonly seq: number;
  readonly type: string;
  readonly [fact: string]: unknown;
}

/** What a reader that was too slow, or came too late, has not been sent. */
export interface MissedLine {
  readonly type: 'missed';
  readonly count: number;
}

/** A line of output. */
export interface LogLineJson extends Omit<LogViewLine, 'time' | 'line' | 'partial'> {
  readonly type: 'log';
  /** ISO 8601. */
  readonly time: string;
  readonly line: string;
  readonly partial?: true;
}

export interface UsageLine {
  readonly type: 'usage';
  readonly processes: Readonly<Record<string, Usage>>;
}

/** As `ProcessDetails`; the value of a secret is null unless it was asked for. */
export type DetailsJson = Omit<ProcessDetails, 'env'> & {
  readonly env: ReadonlyArray<{
    readonly name: string;
    readonly value: string | null;
    readonly isSecret: boolean;
  }>;
};

/** Every answer that is no success. */
export interface ErrorJson {
  readonly ok: false;
  /** In words, with what to do instead. */
  readonly message: string;
}

/** What the server is given of the pod that it stands in front of. */
export interface ServedPod {
  readonly client: PodClient;
  readonly events: EventSource;
  readonly spec: Pick<PodSpec, 'ui'>;
}

export interface EventSource {
  /** Number of the oldest event that is kept. */
  readonly first: number;
  /** Number of the newest one; 0 before the first. */
  readonly last: number;
  /** The events with a greater number, oldest first, at most `count`. */
  since(seq: number, count: number): readonly EventLine[];
  onEvent(listener: () => void): () => void;
}
