import { PodFollower } from '../../pod/pod-follower.ts';
import { type EndpointProcess, ProcessStates } from './process-states.ts';

interface PodReadinessOptions {
  /** The file of the program's options: it lies in the folder of the run. */
  readonly optionsFile: string;
  readonly say: (line: string) => void;
  /** A process has changed its state, or all have become known or unknown. */
  readonly onChange: () => void;
}

/**
 * Which processes of the pod are ready. What it does not know is taken for ready: then refused connections tell. It
 * keeps no program running, and lets none wait.
 */
export class PodReadiness {
  readonly #follower: PodFollower;
  #states: ProcessStates | null = null;

  constructor({ optionsFile, say, onChange }: PodReadinessOptions) {
    const setStates = (states: ProcessStates | null): void => {
      this.#states = states;
      onChange();
    };
    this.#follower = new PodFollower({
      optionsFile,
      onSnapshot: (pod) => setStates(new ProcessStates(pod)),
      onEvent: (event) => {
        const change = this.#states?.apply(event) ?? 'nothing';
        if (change === 'states') onChange();
        return change !== 'unclear';
      },
      onLost: () => setStates(null),
      say: (why) => say(`cannot see which processes are ready: all count as ready (${why})`),
    });
  }

  /** Follows until `stop`, or until it is clear that there is nothing to follow. Never rejects. */
  follow(): Promise<void> {
    return this.#follower.follow();
  }

  stop(): void {
    this.#follower.stop();
  }

  /** The process behind an address; `null`: it is none of the pod's, or the states are not known. */
  at(address: string): EndpointProcess | null {
    return this.#states?.at(address) ?? null;
  }
}
