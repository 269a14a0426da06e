import type { ConfigFailure } from '../../model/failures/config-problem.ts';
import type { DeclaredPort } from '../../model/failures/port-failure.ts';
import type { PodSpec } from '../../model/pod-spec.ts';
import type { Preparation } from '../preparation.ts';

/** The descriptor by which the program that reads a config is asked, and answers. */
export const READER_FD = 3;

/** What that program ends with when a config loops, or waits in a call that blocks. */
export const LOOPS = 75;

/** What a config is to be read for. */
export interface ReadRequest {
  readonly preparation: Preparation;
  readonly runId: string;
  /** Whether what the config has begun goes on once it has been read. */
  readonly stays: boolean;
  /** What its code finds in `process.argv` and `process.env`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is asked of the machine before its functions can be called. */
export interface ReadPod {
  readonly name: string;
  /** Absolute: the config. */
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
  readonly ports: readonly DeclaredPort[];
  readonly desired: ReadonlySet<string>;
}

export interface Refused {
  readonly ok: false;
  /** Absent where the config could not even be judged. */
  readonly failure?: ConfigFailure;
  /** In words, a line for each problem. */
  readonly message: string;
}

/** `files`: what the config consists of, as far as it got. */
export type ReadReply = { readonly files: readonly string[] } & (
  | { readonly ok: true; readonly pod: ReadPod }
  | Refused
);

export type ResolveReply = { readonly ok: true; readonly spec: PodSpec } | Refused;

/** Of what the config has begun, after all is read. */
export interface FailedLater {
  readonly message: string;
}
