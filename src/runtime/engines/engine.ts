import type { Flow } from '../../logs/flow.ts';
import type { IsolationFailure } from '../../model/failures/isolation-failure.ts';
import type { ProcessSpec } from '../../model/pod-spec.ts';
import type { Survivor } from '../../model/survivor.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import type { TakeOutput } from '../output/output-source.ts';
import type { HandedSocket } from '../ports/kept-sockets.ts';
import type { Usage } from '../usage/usage.ts';
import type { NotStarted } from './command.ts';
import type { Environment, Workload } from './workload.ts';

/** Something that a process can ask for and an engine may not have. */
export type Capability = 'notify' | 'activate' | 'isolate' | 'streams';

/** A reason why processes cannot be launched on this machine. */
export type Obstacle = IsolationFailure;

/** Launches the processes of one run, and ends what they have left. */
export interface Engine {
  readonly lacks: ReadonlySet<Capability>;
  /** Looked for before a pod starts, and before it follows a new config; of those that are to start with the pod. */
  obstacles(processes: readonly ProcessSpec[]): Promise<readonly Obstacle[]>;
  /** Loads what launches need. Null: there is nothing to wait for. */
  load(): Promise<void> | null;
  /** The output of a process, of one launch after the other. Opened once for each process, before its first launch. */
  openOutput(process: ProcessSpec, sink: OutputSink): OutputTap;
  launch(request: LaunchRequest): Launched;
  /** The words before a command that is to run where the process runs; empty where it would run there anyway. */
  wordsToEnter(process: ProcessSpec, env: Environment): readonly string[];
  /** Null: nothing is measured here. */
  openMeter(): Promise<Meter | null>;
  /** A process has left the pod, and its output was closed. */
  forget(process: string): void;
  /** Those of the survivors that are still there. */
  stillThere(survivors: readonly Survivor[]): readonly Survivor[];
  /** SIGKILL to all that the run has left. Resolves with what no signal could end. */
  sweep(atMost: Milliseconds): Promise<readonly Survivor[]>;
  close(): Promise<void>;
}

export interface LaunchRequest {
  readonly process: ProcessSpec;
  readonly generation: number;
  /** The whole environment: nothing is inherited. */
  readonly env: Environment;
  /** Listening sockets that the process gets as descriptors 3 and on. */
  readonly sockets: readonly HandedSocket[];
  /** The process may say that it is ready, by the descriptor after those. */
  readonly notify: boolean;
}

export type Launched =
  | { readonly ok: true; readonly workload: Workload }
  | { readonly ok: false; readonly failure: Promise<NotStarted> };

export interface OutputSink {
  readonly take: TakeOutput;
  /** Holds the output back while it cannot be taken. */
  readonly flow: Flow;
}

export interface OutputTap {
  /** Takes so many bytes more of each stream, even while output is held back. */
  allow(bytes: number): void;
  /** The pod has ended, or the process has left it: takes what is still there. */
  close(): void;
}

/** Measures the processes of a pod, from one look to the next. */
export interface Meter {
  /** By process, since the look before; the first tells nothing. */
  look(): Promise<ReadonlyMap<string, Usage>>;
}
