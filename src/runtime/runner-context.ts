import type { CoreEvent } from '../core/core-event.ts';
import type { Backpressure } from '../logs/backpressure.ts';
import type { PodLogs } from '../logs/pod-logs.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { Notice } from '../model/notice.ts';
import type { ProcessSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import type { Engine } from './engines/engine.ts';
import type { OutputStream } from './pod-reader.ts';

/** Writes the files of a process. Returns the failure if it cannot, else null. */
export type WriteFiles = (
  process: Pick<ProcessSpec, 'name' | 'files' | 'launch' | 'isolation'>,
  /** Names of the files to write. Default: all, and others in the folder are removed. */
  only?: readonly string[],
) => StorageFailure | null;

/** The context that all processes of a pod share. */
export interface RunnerContext {
  readonly engine: Engine;
  /** Time when all ports of the pod were last seen to be free. */
  readonly portsCheckedAt: Milliseconds;
  readonly backpressure: Backpressure;
  readonly logs: PodLogs;
  readonly writeFiles: WriteFiles;
  send(event: CoreEvent): void;
  output(process: string, stream: OutputStream, block: Buffer, partial: boolean): void;
  unfinished(process: string, stream: OutputStream, line: Buffer | null): void;
  /** What a process says that it does; null: it has ended. */
  status(process: string, text: string | null): void;
  notice(notice: Notice): void;
  /** Reports an unexpected exception: a bug in sidecarctl, which ends the pod in order. */
  crashed(error: unknown): void;
}
