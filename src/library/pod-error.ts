import type { ConfigProblem } from '../model/failures/config-problem.ts';
import type { IsolationFailure } from '../model/failures/isolation-failure.ts';
import type { PortFailure } from '../model/failures/port-failure.ts';
import type { StorageFailure } from '../runtime/volumes/storage-failure.ts';

/** What went wrong, as facts; `PodError` has the words. */
export type PodFailure =
  /** The config is wrong; nothing was started. */
  | { readonly kind: 'config'; readonly problems: readonly ConfigProblem[] }
  /** A port is taken, or cannot be had; nothing was started. */
  | { readonly kind: 'ports'; readonly failures: readonly PortFailure[] }
  /** The machine does not isolate processes as the config asks; nothing was started. */
  | { readonly kind: 'isolation'; readonly failures: readonly IsolationFailure[] }
  /** `.sidecarctl/`, a volume or a mount could not be made; nothing was started. */
  | { readonly kind: 'storage'; readonly failures: readonly StorageFailure[] }
  /** The pod has ended, or will end, before it was what was waited for. */
  | { readonly kind: 'ended'; readonly reason: string | null; readonly exitCode: number | null }
  /** A process has failed for good, and is not what was waited for. */
  | { readonly kind: 'process-failed'; readonly process: string; readonly reason: string | null }
  /** A request that cannot be carried out. */
  | { readonly kind: 'refused'; readonly process: string };

/**
 * What `startPod` and the methods of a pod reject with. `message` is in words, with what to do; `failure` is for
 * programs.
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
