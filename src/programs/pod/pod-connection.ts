import { sleep } from '../../time/timers.ts';
import { podSocket } from './pod-socket.ts';

/** Waits before another try to connect. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 5_000;

/** The socket of a pod that starts appears a moment after its first processes: within 3 s of tries that says nothing. */
const NOT_LISTENING_YET = /ENOENT|ECONNREFUSED/;
const SAYS_AFTER_TRIES = 7;

export interface PodConnectionOptions {
  /** The file of the program's options: it lies in the folder of the run. */
  readonly optionsFile: string;
  /** Reads until there is no more to read, and calls `answered` when the pod has answered. */
  readonly read: (socket: string, signal: AbortSignal, answered: () => void) => Promise<void>;
  /** What has been read of the pod may no longer be true. */
  readonly onLost: () => void;
  /** Gets, at most once, why the pod cannot be seen: a clause. */
  readonly say: (why: string) => void;
}

/** Reads from the control socket of the pod, and again from the next connection when one has ended. */
export class PodConnection {
  readonly #options: PodConnectionOptions;
  readonly #end = new AbortController();
  #wait = FIRST_WAIT;
  #failures = 0;
  #hasAnswered = false;
  #hasSaid = false;

  constructor(options: PodConnectionOptions) {
    this.#options = options;
  }

  /** Reads until `stop`, or until it is clear that there is nothing to read from. Never rejects. */
  async follow(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const socket = podSocket(this.#options.optionsFile);
      if (socket === null) return this.#say('the pod has no control socket');
      this.#lose(await this.#readOnce(socket));
      await this.#pause();
    }
  }

  stop(): void {
    this.#end.abort();
  }

  /** Returns why it has ended. */
  async #readOnce(socket: string): Promise<string> {
    try {
      await this.#options.read(socket, this.#end.signal, () => this.#answered());
      return 'the connection has ended';
    } catch (error) {
      return (error as Error).message;
    }
  }

  #answered(): void {
    this.#hasAnswered = true;
    this.#wait = FIRST_WAIT;
  }

  #lose(why: string): void {
    const hadAnswered = this.#hasAnswered;
    this.#hasAnswered = false;
    this.#failures += 1;
    if (hadAnswered) this.#options.onLost();
    const maySoonListen = NOT_LISTENING_YET.test(why) && this.#failures < SAYS_AFTER_TRIES;
    if (hadAnswered || !maySoonListen) this.#say(why);
  }

  #say(why: string): void {
    if (this.#hasSaid || this.#end.signal.aborted) return;
    this.#hasSaid = true;
    this.#options.say(why);
  }

  async #pause(): Promise<void> {
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, LONGEST_WAIT);
    await sleep(wait, this.#end.signal, { ref: false });
  }
}
