import type { Milliseconds } from '../model/vocabulary.ts';

/** Node fires a timer at once if its delay does not fit a signed 32-bit number. */
const LONGEST_DELAY: Milliseconds = 2 ** 31 - 1;

/** Interval at which the clock is read while a timer is pending. */
const LOOK_EVERY: Milliseconds = 500;

/** A longer gap means that this process was stopped (Ctrl-Z), or the machine was; a busy machine does not cause it. */
const STOPPED_FOR: Milliseconds = 1_000;

/** Time for which this process was stopped since its start. */
let stopped: Milliseconds = 0;

/** Time of the last reading of the clock, including time stopped. */
let lookedAt: Milliseconds = 0;

let pendingTimers = 0;
let looking: NodeJS.Timeout | undefined;

/**
 * Milliseconds of a clock that never goes back, that ignores changes of the wall clock, and that stands still while
 * this process is stopped: a process must not miss its deadline because the supervisor did not look. A deadline may be
 * up to half a second late, and never early. Without timers there are no deadlines, and the clock runs on.
 */
export const now = (): Milliseconds => {
  // The global performance object would load a module of its own, for 1 ms.
  const [seconds, nanoseconds] = process.hrtime();
  const at = seconds * 1e3 + nanoseconds / 1e6;
  const unseen = at - lookedAt;
  // Corrected here and not when a timer is late: the first thing read after a stop may be a probe's answer.
  if (pendingTimers > 0 && unseen > STOPPED_FOR) stopped += unseen;
  lookedAt = at;
  return at - stopped;
};

const countPending = (change: 1 | -1): void => {
  // Called before the count goes up: nobody looked at the clock before the first timer.
  if (pendingTimers === 0) now();
  pendingTimers += change;
  if (pendingTimers === 0) {
    clearInterval(looking);
    looking = undefined;
  } else {
    looking ??= setInterval(now, LOOK_EVERY).unref();
  }
};

/**
 * Resolves after a time on this clock, or when the signal is aborted; never rejects. Long times do not overflow, and
 * the clock stands still while this process is stopped. Resolves with true after the time, and false after an abort.
 *
 * @example
 * if (await sleep(500, signal)) console.log('half a second is over');
 */
export const sleep = (
  duration: Milliseconds,
  signal?: AbortSignal,
  options: TimerOptions = {},
): Promise<boolean> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve(false);
    const settle = (isOver: boolean) => (): void => {
      stop();
      signal?.removeEventListener('abort', onAbort);
      resolve(isOver);
    };
    const onAbort = settle(false);
    const stop = after(duration, settle(true), options);
    signal?.addEventListener('abort', onAbort);
  });

interface TimerOptions {
  /** False: the timer does not keep Node running. */
  readonly ref?: boolean;
}

/** Calls a function after a time on this clock. Returns a function that cancels it. */
export const after = (duration: Milliseconds, call: () => void, options: TimerOptions = {}): (() => void) => {
  const timers = new Timers<'only'>(options);
  timers.arm('only', now() + duration, call);
  return () => timers.disarm('only');
};

/** Calls a function repeatedly, until the returned function is called. It does not keep Node running. */
export const every = (period: Milliseconds, call: () => void): (() => void) => {
  // There is no deadline, so nothing reads the clock meanwhile: some of these run as long as the pod.
  const timer = setInterval(call, period).unref();
  return () => clearInterval(timer);
};

/**
 * Waits for a promise, but not longer than the duration: returns its value, or undefined once the time is over. The
 * wait does not keep Node running.
 *
 * @example
 * const names = (await atMost(2_000, namesIn(config))) ?? [];
 */
export const atMost = async <T>(duration: Milliseconds, fact: Promise<T>): Promise<T | undefined> => {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const stop = after(duration, () => resolve(undefined), { ref: false });
  return Promise.race([fact, late]).finally(stop);
};

/** Timers by key. Only this room waits for time to pass. */
export class Timers<Key> {
  readonly #armed = new Map<Key, NodeJS.Timeout>();
  readonly #ref: boolean;

  constructor({ ref = true }: TimerOptions = {}) {
    this.#ref = ref;
  }

  arm(id: Key, at: Milliseconds, fire: () => void): void {
    this.disarm(id);
    countPending(1);
    const delay = Math.min(Math.max(0, Math.ceil(at - now())), LONGEST_DELAY);
    const timer = setTimeout(() => this.#fire(id, at, fire), delay);
    this.#armed.set(id, this.#ref ? timer : timer.unref());
  }

  disarm(id: Key): void {
    const timer = this.#armed.get(id);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#armed.delete(id);
    countPending(-1);
  }

  disarmAll(): void {
    for (const id of [...this.#armed.keys()]) this.disarm(id);
  }

  #fire(id: Key, at: Milliseconds, fire: () => void): void {
    // Read while the timer still counts as pending; otherwise time stopped would count towards it.
    const early = now() < at;
    this.disarm(id);
    if (early) this.arm(id, at, fire);
    else fire();
  }
}
