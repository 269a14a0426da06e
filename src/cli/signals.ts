import type { CoreEvent } from '../core/core-event.ts';
import type { PodLoop } from '../runtime/pod-loop.ts';
import { now, Timers } from '../time/timers.ts';

/**
 * timeout(1) and similar programs send a signal to the process and then to its group, so it arrives twice. The first
 * one takes effect after this time; nobody can have reacted to it by then, so the same signal again is its echo.
 */
const ECHO_WAIT_MS = 2;
/** npm runs us in the terminal's process group and passes signals on as well: its echo of a Ctrl-C takes longer. */
const NPM_ECHO_WINDOW_MS = 150;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Spares = (signal: NodeJS.Signals) => boolean;
type StopEvent = Extract<CoreEvent, { readonly type: 'stop' | 'kill' }>;

/**
 * The signals that end a pod: the first one stops it, a second one kills what is left. They are caught before the pod
 * has created anything. A signal that comes before the pod can obey it waits, because dying of it would leave things
 * behind.
 *
 * @example
 * const signals = new StopSignals();
 * signals.catch();
 * signals.obeyedBy(pod);
 * signals.release();
 */
export class StopSignals {
  readonly #timers = new Timers<'echo'>();
  readonly #waiting: StopEvent[] = [];
  #loop: Pick<PodLoop, 'send'> | null = null;
  #spares: Spares = () => false;
  #first: { readonly signal: NodeJS.Signals; readonly at: number } | null = null;
  #hasStopped = false;

  catch(): void {
    for (const signal of SIGNALS) process.on(signal, this.#handle);
    // A write beyond `ulimit -f` would end this process; with this handler it fails like any other write.
    process.on('SIGXFSZ', ignore);
  }

  /**
   * Makes the pod obey the signals, including earlier ones. `spares` returns true for a signal that somebody else
   * handles.
   */
  obeyedBy(loop: Pick<PodLoop, 'send'>, spares: Spares = () => false): void {
    this.#loop = loop;
    this.#spares = spares;
    for (const event of this.#waiting.splice(0)) loop.send(event);
  }

  /** Restores the default effect of the signals. */
  release(): void {
    this.#timers.disarmAll();
    for (const signal of SIGNALS) process.off(signal, this.#handle);
    process.off('SIGXFSZ', ignore);
  }

  readonly #handle = (signal: NodeJS.Signals): void => {
    if (this.#first === null && this.#spares(signal)) return;
    const first = this.#first;
    if (first === null) {
      this.#first = { signal, at: now() };
      this.#timers.arm('echo', this.#first.at + ECHO_WAIT_MS, () => this.#stop(signal));
    } else if (signal !== first.signal || !this.#isEcho(first.at, signal)) {
      this.#timers.disarm('echo');
      this.#stop(first.signal);
      this.#send({ type: 'kill', by: signal, id: null });
    }
  };

  /** A busy process may get both after the time. Nobody can have reacted before the first one takes effect. */
  #isEcho(firstAt: number, signal: NodeJS.Signals): boolean {
    return !this.#hasStopped || now() - firstAt < echoWindowOf(signal);
  }

  #stop(by: string): void {
    this.#hasStopped = true;
    this.#send({ type: 'stop', by, grace: null, id: null });
  }

  #send(event: StopEvent): void {
    if (this.#loop === null) this.#waiting.push(event);
    else this.#loop.send(event);
  }
}

const ignore = (): void => undefined;

/** The kernel signals a closed terminal, and the shell in it does too, a little later. */
const echoWindowOf = (signal: NodeJS.Signals): number => {
  if (signal === 'SIGHUP') return Number.POSITIVE_INFINITY;
  const isUnderNpm = process.env['npm_execpath'] !== undefined && process.stdin.isTTY;
  return isUnderNpm && signal === 'SIGINT' ? NPM_ECHO_WINDOW_MS : ECHO_WAIT_MS;
};
