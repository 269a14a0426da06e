import type { ConfigProblem } from '../model/failures/config-problem.ts';
import type { ContainerFailure } from '../model/failures/container-failure.ts';
import type { IsolationFailure } from '../model/failures/isolation-failure.ts';
import type { PortFailure } from '../model/failures/port-failure.ts';
import type { RequirementFailure } from '../model/failures/requirement-failure.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { UnsupportedFailure } from '../model/failures/unsupported-failure.ts';

/** `message` is in words, with what to do. */
type ToldStorageFailure = StorageFailure & { readonly message: string };

/** The facts of an error; `PodError` words them. */
export type PodFailure =
  /** The config is wrong; nothing was started. */
  | { readonly kind: 'config'; readonly problems: readonly ConfigProblem[] }
  /** A port is taken or cannot be used; nothing was started. */
  | { readonly kind: 'ports'; readonly failures: readonly PortFailure[] }
  /** A process asks for a feature that its engine lacks; nothing was started. */
  | { readonly kind: 'unsupported'; readonly failures: readonly UnsupportedFailure[] }
  /** The machine cannot isolate processes as the config asks; nothing was started. */
  | { readonly kind: 'isolation'; readonly failures: readonly IsolationFailure[] }
  /** No container engine can run the processes with an image; nothing was started. */
  | { readonly kind: 'containers'; readonly failures: readonly ContainerFailure[] }
  /** A program that a process requires is missing or has another version; nothing was started. */
  | { readonly kind: 'requirements'; readonly failures: readonly RequirementFailure[] }
  /** The local CA, or a bundle of it for processes, cannot be made or used; nothing was started. */
  | { readonly kind: 'certificates' }
  /** `.sidecarctl/`, a volume or a mount could not be created; nothing was started. */
  | { readonly kind: 'storage'; readonly failures: readonly ToldStorageFailure[] }
  /** The pod has ended, or is ending, before it reached the state. */
  | { readonly kind: 'ended'; readonly reason: string | null; readonly exitCode: number | null }
  /** A process has failed permanently, so the state will not be reached. */
  | { readonly kind: 'process-failed'; readonly process: string; readonly reason: string | null }
  /** The request cannot be carried out. */
  | { readonly kind: 'refused'; readonly process: string };

/**
 * The error that `startPod` and the methods of a pod reject with. `message` is a sentence that says what to do;
 * `failure` holds the facts for programs.
 *
 * @example
 * try {
 *   await startPod(config);
 * } catch (error) {
 *   if (error instanceof PodError && error.failure.kind === 'ports') …
 *   throw error;
 * }
 */
export class PodError extends Error {
  readonly failure: PodFailure;

  constructor(failure: PodFailure, message: string) {
    super(message);
    this.name = 'PodError';
    this.failure = failure;
  }
}
