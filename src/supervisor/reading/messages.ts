import type { ConfigFailure } from '../../model/failures/config-problem.ts';
import type { DeclaredPort } from '../../model/failures/port-failure.ts';
import type { PodSpec } from '../../model/pod-spec.ts';
import type { Preparation } from '../preparation.ts';

/** Descriptor for the messages with the program that reads a config. */
export const READER_FD = 3;

/** Exit code of that program if a config loops, or waits in a call that blocks. */
export const LOOPS = 75;

/** A request to read a config. */
export interface ReadRequest {
  readonly preparation: Preparation;
  readonly runId: string;
  /** True if the code that the config has begun continues after it has been read. */
  readonly stays: boolean;
  /** `process.argv` and `process.env` for its code. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The needs of a pod that must be met before its functions can be called. */
export interface ReadPod {
  readonly name: string;
  /** Absolute path of the config. */
  readonly file: string;
  /** Absolute path. */
  readonly folder: string;
  readonly ports: readonly DeclaredPort[];
  readonly desired: ReadonlySet<string>;
  /** What the file of another tool says and this pod does not do, one line each with the file's name. */
  readonly leftOut: readonly string[];
}

export interface Refused {
  readonly ok: false;
  /** Not set if the config could not even be checked. */
  readonly failure?: ConfigFailure;
  /** One line for each problem. */
  readonly message: string;
}

/** `files`: files of the config, as far as it was read. */
export type ReadReply = { readonly files: readonly string[] } & (
  | { readonly ok: true; readonly pod: ReadPod }
  | Refused
);

export type ResolveReply = { readonly ok: true; readonly spec: PodSpec } | Refused;

/** A failure in code that the config has begun, after it has been read. */
export interface FailedLater {
  readonly message: string;
}
