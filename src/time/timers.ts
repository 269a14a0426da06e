import type { Milliseconds } from '../model/vocabulary.ts';

/** Node fires a timer at once when its delay does not fit a signed 32-bit number. */
const LONGEST_DELAY: Milliseconds = 2 ** 31 - 1;

/** So often the clock is looked at while a timer is pending. */
const LOOK_EVERY: Milliseconds = 500;

/** Nobody looked for so long: more than a busy machine, we were stopped (Ctrl-Z), or the machine was. */
const STOPPED_FOR: Milliseconds = 1_000;

/** Of the time since the start, what we were stopped for. */
let stopped: Milliseconds = 0;

/** When the clock was last looked at, that time included. */
let lookedAt: Milliseconds = 0;

let pendingTimers = 0;
let looking: NodeJS.Timeout | undefined;

/**
 * Milliseconds of a clock that never goes back, that no change of the wall clock moves, and that stands still while we
 * are stopped: a deadline is for the process it is set to, and that must not be missed because nobody looked. It gets up
 * to half a second too much for it, never too little. Without a timer there is no deadline, and the clock goes on.
 */
export const now = (): Milliseconds => {
  // The global performance object would load a module of its own, for 1 ms.
  const [seconds, nanoseconds] = process.hrtime();
  const at = seconds * 1e3 + nanoseconds / 1e6;
  const unseen = at - lookedAt;
  // Here and not when a timer is late: what is read first after a stop may be a probe's answer.
  if (pendingTimers > 0 && unseen > STOPPED_FOR) stopped += unseen;
  lookedAt = at;
  return at - stopped;
};

const countPending = (change: 1 | -1): void => {
  // Before the count: the time up to the first of them was not looked at.
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
 * Resolves after a while of our clock, or as soon as the signal is aborted; never rejects. However long it is, it does
 * not overflow, and it stands still while we are stopped. True when the while is over, false after an abort.
 *
 * @example
 * if (await sleep(500, signal)) console.log('half a second is over');
 */
export const sleep = (duration: Milliseconds, signal?: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve(false);
    const settle = (isOver: boolean) => (): void => {
      stop();
      signal?.removeEventListener('abort', onAbort);
      resolve(isOver);
    };
    const onAbort = settle(false);
    const stop = after(duration, settle(true));
    signal?.addEventListener('abort', onAbort);
  });

interface TimerOptions {
  /** False: Node may exit before the time is over. */
  readonly ref?: boolean;
}

/** Calls once the duration is over on our clock. Returns what takes that back. */
export const after = (duration: Milliseconds, call: () => void, options: TimerOptions = {}): (() => void) => {
  const timers = new Timers<'only'>(options);
  timers.arm('only', now() + duration, call);
  return () => timers.disarm('only');
};

/** Calls again and again, until what it returns is called. It does not keep Node running. */
export const every = (period: Milliseconds, call: () => void): (() => void) => {
  // No deadline, so nothing looks at the clock meanwhile: some of these run as long as the pod.
  const timer = setInterval(call, period).unref();
  return () => clearInterval(timer);
};

/**
 * Waits for a fact, but not longer than the duration: the value, or undefined once the time is over. The wait does not
 * keep Node running.
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
    // While it still counts as pending, or the time that we were stopped for would be taken for its time.
    const early = now() < at;
    this.disarm(id);
    if (early) this.arm(id, at, fire);
    else fire();
  }
}
