import { controlLines } from './control-lines.ts';
import { PodConnection } from './pod-connection.ts';
import type { PodEvent, PodState } from './pod-state.ts';

export interface PodFollowerOptions {
  /** The file of the program's options: it lies in the folder of the run. */
  readonly optionsFile: string;
  /** True: events come from the beginning of the pod, those that the snapshot includes too. Default false. */
  readonly fromBeginning?: boolean;
  /** The pod as it is: at the beginning, and whenever events do not say. */
  readonly onSnapshot: (pod: PodState) => void;
  /** What has changed since. False: only a new snapshot can say what the pod is like now. */
  readonly onEvent: (event: PodEvent) => boolean;
  /** What was told may no longer be true, until the next snapshot. */
  readonly onLost: () => void;
  /** Gets, at most once, why the pod cannot be seen: a clause. */
  readonly say: (why: string) => void;
}

/**
 * Follows a pod over its control socket. It keeps no program running, and lets none wait.
 *
 * A snapshot of 200 processes is 110 KB, and takes 0.6 ms; it is read once, and then events, which take 1 µs each.
 *
 * @example
 * const follower = new PodFollower({ optionsFile, onSnapshot, onEvent: () => true, onLost, say });
 * void follower.follow();
 */
export class PodFollower {
  readonly #options: PodFollowerOptions;
  readonly #connection: PodConnection;
  #seq = 0;

  constructor(options: PodFollowerOptions) {
    const { optionsFile, onLost, say } = options;
    this.#options = options;
    this.#connection = new PodConnection({
      ...{ optionsFile, onLost, say },
      read: (socket, signal, answered) => this.#read(socket, signal, answered),
    });
  }

  /** Follows until `stop`, or until it is clear that there is nothing to follow. Never rejects. */
  follow(): Promise<void> {
    return this.#connection.follow();
  }

  stop(): void {
    this.#connection.stop();
  }

  async #read(socket: string, signal: AbortSignal, answered: () => void): Promise<void> {
    do {
      await this.#takeSnapshot(socket, signal, answered);
    } while (await this.#takeEvents(socket, signal));
  }

  async #takeSnapshot(socket: string, signal: AbortSignal, answered: () => void): Promise<void> {
    for await (const line of controlLines(socket, '/v1/pod', signal)) {
      const pod = line as PodState;
      this.#seq = this.#options.fromBeginning === true ? 0 : pod.seq;
      answered();
      this.#options.onSnapshot(pod);
    }
  }

  /** True: a new snapshot is needed. False: the pod has ended. */
  async #takeEvents(socket: string, signal: AbortSignal): Promise<boolean> {
    const path = `/v1/events?since=${this.#seq}&follow=1`;
    for await (const line of controlLines(socket, path, signal))
      if (!this.#options.onEvent(line as PodEvent)) return true;
    return false;
  }
}
