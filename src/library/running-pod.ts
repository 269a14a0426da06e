/// <reference lib="esnext.disposable" preserve="true" />
import type { Duration } from '../config/quantities.ts';
import type { Wiring } from '../config/wiring-types.ts';
import type { PodEventJson } from '../control/pod-event-json.ts';
import type { PodRequest, PodSnapshot, ProcessDetails, RequestOutcome } from '../control/pod-snapshot.ts';

/** A line of output. */
export interface PodLine {
  readonly process: string;
  readonly stream: 'stdout' | 'stderr';
  /** Time when it was read, in milliseconds since 1970, UTC. */
  readonly time: number;
  /** Text without the newline. */
  readonly line: string;
}

export interface PodEnd {
  /**
   * The primary's exit code when it ended by itself. After a stop, 0, or 137 if the primary had to be killed; 1 when
   * the pod gave up.
   */
  readonly exitCode: number;
  /** A sentence. */
  readonly reason: string;
  /** One sentence for each file that could not be removed and each process that could not be ended; usually empty. */
  readonly leftBehind: readonly string[];
}

/**
 * A pod that runs in this process. It keeps the process alive until you stop or dispose of it. If the process dies
 * before that, a guard ends the pod's processes.
 */
export interface RunningPod<W extends Wiring = Wiring> extends AsyncDisposable {
  readonly name: string;
  /** Port numbers by process and port name. */
  readonly ports: W['ports'];
  /** Absolute paths by volume name. */
  readonly volumes: W['volumes'];
  /**
   * All events from the start to the end of the pod. Each iteration begins at the start; a very long run keeps the
   * newest 10,000 events.
   *
   * @example
   * for await (const event of pod.events) if (event.type === 'process') console.log(event.name, event.state);
   */
  readonly events: AsyncIterable<PodEventJson>;
  /** Resolves when the pod has ended and all its processes are gone, for whatever reason. Never rejects. */
  readonly ended: Promise<PodEnd>;
  /**
   * Resolves when the primary is ready. If the primary was left out, resolves when all other processes are ready or
   * completed.
   *
   * @throws {PodError} `ended`: the pod ends, or has ended, before that
   */
  ready(): Promise<void>;
  /** Starts, stops, restarts or kills a process. Does not wait for it. */
  request(request: PodRequest): Promise<RequestOutcome>;
  /** Environment, process tree, probes and past exits of a process, or null if there is no such process. */
  details(process: string): Promise<ProcessDetails | null>;
  /**
   * The newest lines of output, oldest first. 10,000 lines are kept for each process.
   *
   * @param process one process; null or left out: all, in the order their lines came
   * @param count maximum number of lines, default 100
   */
  logs(process?: string | null, count?: number): readonly PodLine[];
  /** The current state of the pod. It is a new object whenever something in it has changed. */
  status(): PodSnapshot;
  /**
   * Restarts a process, or starts it if it is down, with its env files read again. Resolves when it is ready.
   *
   * @throws {PodError} `refused`: there is no such process, it is an init task that has run, or the pod stops;
   *   `process-failed`: it has failed permanently; `ended`: the pod ends before that
   */
  restart(process: string): Promise<void>;
  /**
   * Stops the pod in order, and resolves when all its processes are gone. Resolves at once if it has ended.
   *
   * @param options `grace` replaces the config's (default 10s); 0 kills at once
   */
  stop(options?: { readonly grace?: Duration }): Promise<PodEnd>;
}

export interface StartOptions {
  /**
   * Folder that relative paths in the config start from, and where `.sidecarctl/` is created. Default: the working
   * directory.
   */
  readonly cwd?: string;
  /** Environment that processes inherit. Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Names of the processes to start, along with their dependencies. Default: all. */
  readonly only?: readonly string[];
  readonly without?: readonly string[];
  /** Stops the pod when its primary is not ready within this time. Default: no limit. */
  readonly startTimeout?: Duration;
}
