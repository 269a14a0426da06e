import type { Backpressure } from '../../logs/backpressure.ts';
import type { MoveToFile } from '../../logs/log-file.ts';
import type { ContainerFailure } from '../../model/failures/container-failure.ts';
import type { IsolationFailure } from '../../model/failures/isolation-failure.ts';
import type { Capability } from '../../model/failures/unsupported-failure.ts';
import type { Notice } from '../../model/notice.ts';
import type { PodSpec, ProcessSpec } from '../../model/pod-spec.ts';
import type { Survivor } from '../../model/survivor.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import type { OutputStream } from '../pod-reader.ts';
import type { HandedSocket } from '../ports/kept-sockets.ts';
import type { Usage } from '../usage/usage.ts';
import type { NotStarted } from './command.ts';
import type { Environment, Workload } from './workload.ts';

/** Reason why processes cannot be launched on this machine. */
export type Obstacle =
  | { readonly kind: 'isolation'; readonly failures: readonly IsolationFailure[] }
  | { readonly kind: 'containers'; readonly failures: readonly ContainerFailure[] };

/** What an engine has to know of a pod before its first launch. */
export type LaunchedPod = Pick<PodSpec, 'processes' | 'containerEngine' | 'folder'>;

/** What an engine can do for a process. */
export interface EngineAbility {
  /** Name in messages: the `process` engine. */
  readonly name: string;
  /** Features that no process of it can have: a config that asks for one is refused before anything starts. */
  readonly lacks: ReadonlySet<Capability>;
}

/** Launches the processes of one run, and ends what they leave behind. */
export interface Engine {
  abilityFor(process: ProcessSpec): EngineAbility;
  /**
   * Finds what keeps processes that start with the pod from being launched. The supervisor asks before it starts a pod
   * and before it follows a new config.
   */
  obstacles(pod: LaunchedPod): Promise<readonly Obstacle[]>;
  /** Loads what launches need. Returns null if nothing has to be loaded. */
  load(tell: (notice: Notice) => void): Promise<void> | null;
  /** Opens the output of all launches of a process. It is opened once, before the first launch. */
  openOutput(process: ProcessSpec, sink: OutputSink): OutputTap;
  launch(request: LaunchRequest): Launched;
  /** Words to put before a command that is to run where the process runs. Empty if it runs there anyway. */
  wordsToEnter(process: ProcessSpec, env: Environment): readonly string[];
  /** Opens the measuring of all workloads. Returns null if nothing is measured on this platform. */
  openMeter(): Promise<Meter | null>;
  /** Lets go of what it holds for a process that has left the pod. The output has been closed. */
  forget(process: string): void;
  /** Selects the survivors that are still there. */
  stillThere(survivors: readonly Survivor[]): readonly Survivor[];
  /** Sends SIGKILL to everything that the run has left. Resolves with what no signal could end. */
  sweep(atMost: Milliseconds): Promise<readonly Survivor[]>;
  close(): Promise<void>;
}

export interface LaunchRequest {
  readonly process: ProcessSpec;
  readonly generation: number;
  /** Whole environment: nothing is inherited. */
  readonly env: Environment;
  /** Listening sockets. The process gets them as descriptors 3 and on. */
  readonly sockets: readonly HandedSocket[];
  /** Gives the process a descriptor after those, by which it can say that it is ready, and its status. */
  readonly notify: boolean;
}

export type Launched =
  | { readonly ok: true; readonly workload: Workload }
  | { readonly ok: false; readonly failure: Promise<NotStarted> };

/** Takes output of a stream, whose memory is used again afterwards. `move`: the bytes are still in the pipe, and can be moved into a file from there. */
export type TakeOutput = (stream: OutputStream, chunk: Buffer, move: MoveToFile | null) => void;

export interface OutputSink {
  readonly take: TakeOutput;
  /** Takes output of the process's terminal into the log file. The memory is used again afterwards. */
  readonly saveFromTerminal: (bytes: Buffer) => void;
  /** Takes output that has been saved, which is all on one stream. The memory is used again afterwards. */
  readonly takeFromTerminal: (chunk: Buffer) => void;
  /** Pauses the output while it cannot be taken. */
  readonly backpressure: Backpressure;
}

export interface OutputTap {
  /** Takes so many more bytes of each stream, even while output is paused. */
  allow(bytes: number): void;
  /** Takes the rest of the output. The pod has ended, or the process has left it. */
  close(): void;
}

/** Measures the workloads of a pod, from one look to the next. */
export interface Meter {
  /** Resolves with the usage since the look before, by process. The first look has none. */
  look(): Promise<ReadonlyMap<string, Usage>>;
  /** The same with `details`, where the platform tells them. Takes several times as long. */
  lookClosely(): Promise<ReadonlyMap<string, Usage>>;
}
