import { after } from '../../../time/timers.ts';
import { controlLines } from '../../pod/control-lines.ts';
import { podSocket } from '../../pod/pod-socket.ts';
import { type EndpointProcess, type PodEvent, type PodState, ProcessStates } from './process-states.ts';

/** Waits before another try to connect. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 5_000;

/** The socket of a pod that starts appears a moment after its first processes: within 3 s of tries that says nothing. */
const NOT_LISTENING_YET = /ENOENT|ECONNREFUSED/;
const SAYS_AFTER_TRIES = 7;

interface PodReadinessOptions {
  /** The file of the program's options: it lies in the folder of the run. */
  readonly optionsFile: string;
  readonly say: (line: string) => void;
  /** A process has changed its state, or all have become known or unknown. */
  readonly onChange: () => void;
}

/**
 * Follows the processes of the pod over its control socket. What it does not know is taken for ready: then refused
 * connections tell. It keeps no program running, and lets none wait.
 *
 * A snapshot of 200 processes is 110 KB, and takes 0.6 ms; it is read once, and then events, which take 1 µs each.
 */
export class PodReadiness {
  readonly #options: PodReadinessOptions;
  readonly #end = new AbortController();
  #states: ProcessStates | null = null;
  #seq = 0;
  #wait = FIRST_WAIT;
  #failures = 0;
  #hasSaid = false;

  constructor(options: PodReadinessOptions) {
    this.#options = options;
  }

  /** Follows until `stop`, or until it is clear that there is nothing to follow. Never rejects. */
  async follow(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const socket = podSocket(this.#options.optionsFile);
      if (socket === null) return this.#say('the pod has no control socket');
      this.#lose(await this.#followOnce(socket));
      await this.#pause();
    }
  }

  stop(): void {
    this.#end.abort();
  }

  /** The process behind an address; `null`: it is none of the pod's, or the states are not known. */
  at(address: string): EndpointProcess | null {
    return this.#states?.at(address) ?? null;
  }

  /** Returns why it has ended. */
  async #followOnce(socket: string): Promise<string> {
    try {
      do {
        await this.#takeSnapshot(socket);
      } while (await this.#takeEvents(socket));
      return 'the connection has ended';
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #takeSnapshot(socket: string): Promise<void> {
    for await (const line of controlLines(socket, '/v1/pod', this.#end.signal)) {
      const snapshot = line as PodState;
      const states = new ProcessStates(snapshot);
      this.#states = states;
      this.#seq = snapshot.seq;
      this.#wait = FIRST_WAIT;
      this.#options.onChange();
    }
  }

  /** True: only a new snapshot can say what has changed. False: the pod has ended. */
  async #takeEvents(socket: string): Promise<boolean> {
    const path = `/v1/events?since=${this.#seq}&follow=1`;
    for await (const line of controlLines(socket, path, this.#end.signal)) {
      const change = this.#states?.apply(line as PodEvent) ?? 'nothing';
      if (change === 'unclear') return true;
      if (change === 'states') this.#options.onChange();
    }
    return false;
  }

  #lose(why: string): void {
    const wasKnown = this.#states !== null;
    this.#states = null;
    this.#failures += 1;
    if (wasKnown) this.#options.onChange();
    const maySoonListen = NOT_LISTENING_YET.test(why) && this.#failures < SAYS_AFTER_TRIES;
    if (wasKnown || !maySoonListen) this.#say(why);
  }

  #say(why: string): void {
    if (this.#hasSaid || this.#end.signal.aborted) return;
    this.#hasSaid = true;
    this.#options.say(`cannot see which processes are ready: all count as ready (${why})`);
  }

  /** Nothing here keeps Node running. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = after(this.#wait, () => over(), { ref: false });
      const over = (): void => {
        cancel();
        this.#end.signal.removeEventListener('abort', over);
        resolve();
      };
      this.#end.signal.addEventListener('abort', over);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    });
  }
}
