import type { CoreEvent } from '../core/core-event.ts';
import type { Flow } from '../logs/flow.ts';
import type { PodLogs } from '../logs/pod-logs.ts';
import type { Notice } from '../model/notice.ts';
import type { ProcessSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import type { Isolation } from './isolation/isolation.ts';
import type { NativeStarter } from './native/native-starter.ts';
import type { CallerStreams } from './output/caller-streams.ts';
import type { OutputFifos } from './output/output-fifos.ts';
import type { OutputStream } from './pod-reader.ts';
import type { ProcessTrees } from './process-tree/process-trees.ts';

/** Writes the files of a process. Returns the reason in a sentence if that fails, else null. */
export type WriteFiles = (
  process: Pick<ProcessSpec, 'name' | 'files'>,
  /** Names of the files to write. Default: all, and others in the folder are removed. */
  only?: readonly string[],
) => string | null;

/** What a pod's processes have in common. */
export interface RunnerContext {
  readonly trees: ProcessTrees;
  /** When all ports of the pod were last seen to be free. */
  readonly portsCheckedAt: Milliseconds;
  readonly flow: Flow;
  readonly logs: PodLogs;
  /** Null where processes write to pipes. */
  readonly fifos: OutputFifos | null;
  /** Null where no process has our own streams. */
  readonly caller: CallerStreams | null;
  /** Null where no process asks for it. */
  readonly isolation: () => Isolation | null;
  readonly writeFiles: WriteFiles;
  /** Null where Node starts everything. */
  readonly native: NativeStarter | null;
  send(event: CoreEvent): void;
  output(process: string, stream: OutputStream, block: Buffer, partial: boolean): void;
  unfinished(process: string, stream: OutputStream, line: Buffer | null): void;
  notice(notice: Notice): void;
  /** An exception that nothing here expects: a bug of ours, which ends the pod in order. */
  crashed(error: unknown): void;
}
