/// <reference lib="esnext.disposable" preserve="true" />
import type { Duration, Wiring } from '../config/types.ts';
import type { PodEventJson } from '../control/pod-event-json.ts';
import type { PodRequest, PodSnapshot, ProcessDetails, RequestOutcome } from '../control/pod-snapshot.ts';

/** A line of output. */
export interface PodLine {
  readonly process: string;
  readonly stream: 'stdout' | 'stderr';
  /** When it was read, in milliseconds since 1970. */
  readonly time: number;
  /** Without its newline. */
  readonly line: string;
}

export interface PodEnd {
  /** The primary's when it ended by itself; 0, or 137 when it had to be killed, on a stop; 1 when the pod gave up. */
  readonly exitCode: number;
  /** In words. */
  readonly reason: string;
  /** What could not be removed, or ended, in a sentence each; as a rule empty. */
  readonly leftBehind: readonly string[];
}

/**
 * A pod that runs in this process. Stop it, or dispose of it: it keeps the process alive until then. Should the process
 * die before that, the pod's processes are ended for it.
 */
export interface RunningPod<W extends Wiring = Wiring> extends AsyncDisposable {
  readonly name: string;
  /** Port numbers, by process and port. */
  readonly ports: W['ports'];
  /** Absolute paths, by volume. */
  readonly volumes: W['volumes'];
  /**
   * What has happened since the start, and what happens until the end. Each iteration begins at the start; of very long
   * runs the newest 10,000 events are kept.
   *
   * @example
   * for await (const event of pod.events) if (event.type === 'process') console.log(event.name, event.state);
   */
  readonly events: AsyncIterable<PodEventJson>;
  /** Resolves when the pod has ended and all of it has gone, for whatever cause; never rejects. */
  readonly ended: Promise<PodEnd>;
  /**
   * Resolves when the primary is ready; where it was left out, when all else is.
   *
   * @throws {PodError} `ended`: the pod ends, or has ended, before that
   */
  ready(): Promise<void>;
  /** Starts, stops, restarts or kills a process, without waiting for it. */
  request(request: PodRequest): Promise<RequestOutcome>;
  /** Environment, process tree, probes and ends of a process; null: there is no such process. */
  details(process: string): Promise<ProcessDetails | null>;
  /**
   * The newest lines of output, oldest first; of each process 10,000 lines are kept.
   *
   * @param process null or left out: of all, in the order they came
   * @param count default 100
   */
  logs(process?: string | null, count?: number): readonly PodLine[];
  /** The pod as it is now; a new object whenever something in it has changed. */
  status(): PodSnapshot;
  /**
   * Restarts a process, and starts one that is down; env files are read anew. Resolves when it is ready.
   *
   * @throws {PodError} `refused`: there is no such process, it is an init task that has run, or the pod stops;
   *   `process-failed`: it has failed for good; `ended`: the pod ends before that
   */
  restart(process: string): Promise<void>;
  /**
   * Stops the pod in order, and resolves when all of it has gone. Once it has ended: how it ended.
   *
   * @param options `grace` in place of the config's (default 10s); 0 kills at once
   */
  stop(options?: { readonly grace?: Duration }): Promise<PodEnd>;
}

export interface StartOptions {
  /** What relative paths in the config are relative to, and where `.sidecarctl/` is made. Default: the working directory. */
  readonly cwd?: string;
  /** What processes inherit. Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Just these processes, and what they depend on. */
  readonly only?: readonly string[];
  readonly without?: readonly string[];
  /** The pod stops when its primary is not ready in time. Default: none. */
  readonly startTimeout?: Duration;
}
