import type { Backpressure } from '../../logs/backpressure.ts';
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
  /**
   * Finds obstacles before a pod starts, and before it follows a new config, for the processes that start with the pod.
   */
  obstacles(processes: readonly ProcessSpec[]): Promise<readonly Obstacle[]>;
  /** Loads the code that launches need. Null: nothing has to be loaded. */
  load(): Promise<void> | null;
  /**
   * Opens the output of a process, one launch after the other. Called once for each process, before its first launch.
   */
  openOutput(process: ProcessSpec, sink: OutputSink): OutputTap;
  launch(request: LaunchRequest): Launched;
  /** Words before a command that runs beside the process; empty if it needs none. */
  wordsToEnter(process: ProcessSpec, env: Environment): readonly string[];
  /** Null: nothing is measured here. */
  openMeter(): Promise<Meter | null>;
  /** A process has left the pod, and its output was closed. */
  forget(process: string): void;
  /** Survivors that are still there. */
  stillThere(survivors: readonly Survivor[]): readonly Survivor[];
  /** Sends SIGKILL to everything that the run has left. Resolves with the survivors. */
  sweep(atMost: Milliseconds): Promise<readonly Survivor[]>;
  close(): Promise<void>;
}

export interface LaunchRequest {
  readonly process: ProcessSpec;
  readonly generation: number;
  /** Whole environment: nothing is inherited. */
  readonly env: Environment;
  /** Listening sockets that the process gets as descriptors from 3 on. */
  readonly sockets: readonly HandedSocket[];
  /** True if the process may report that it is ready, by the descriptor after those. */
  readonly notify: boolean;
}

export type Launched =
  | { readonly ok: true; readonly workload: Workload }
  | { readonly ok: false; readonly failure: Promise<NotStarted> };

export interface OutputSink {
  readonly take: TakeOutput;
  /** Pauses the output while it cannot be taken. */
  readonly backpressure: Backpressure;
}

export interface OutputTap {
  /** Takes so many more bytes of each stream, even while output is paused. */
  allow(bytes: number): void;
  /** The pod has ended, or the process has left it: reads the rest. */
  close(): void;
}

/** Measures the processes of a pod between two samples. */
export interface Meter {
  /** Usage by process since the sample before; the first one is empty. */
  look(): Promise<ReadonlyMap<string, Usage>>;
}
