import { type Koffi, loadKoffi } from './load-koffi.ts';

/** Ends this process unless it is called off first. */
export interface HardDeadline {
  callOff(): void;
}

const CLOCK_MONOTONIC = 1;
const SIGEV_THREAD = 2;
/** More than any libc's `struct sigevent` (64 bytes). */
const EVENT_BYTES = 64;
/** Time for the message to be written. */
const AFTER_THE_WORDS_MS = 500;

/**
 * Ends this process with an exit code and a line on stderr after a time in milliseconds, even while JavaScript never
 * yields: the C library calls its own functions in a thread of its own. It costs a start 0.5 ms. Returns null without
 * the optional dependency koffi; then only a signal ends a loop.
 *
 * @example
 * const deadline = setHardDeadline(20_000, 2, 'the config never ends');
 * runForeignCode();
 * deadline?.callOff();
 */
export const setHardDeadline = (after: number, exitCode: number, words: string): HardDeadline | null => {
  timers ??= process.platform === 'linux' ? bindTimers() : null;
  return timers?.(after, exitCode, words) ?? null;
};

type SetDeadline = (after: number, exitCode: number, words: string) => HardDeadline | null;

let timers: SetDeadline | null = null;

const bindTimers = (): SetDeadline | null => {
  const koffi = loadKoffi();
  if (koffi === null) return null;
  try {
    return declareTimers(koffi);
  } catch {
    // Before glibc 2.34, timers were in a library that Node does not load.
    return null;
  }
};

const declareTimers = (koffi: Koffi): SetDeadline => {
  const libc = koffi.load(null);
  const create = libc.func('int timer_create(int, void *, void *)');
  const setTime = libc.func('int timer_settime(void *, int, void *, void *)');
  const remove = libc.func('int timer_delete(void *)');
  const [warn, exit] = [koffi.address(libc.symbol('warnx')), koffi.address(libc.symbol('_exit'))];
  /** Calls a C function with one argument after a delay. */
  const callIn = (after: number, call: bigint, argument: bigint): bigint | null => {
    const event = Buffer.alloc(EVENT_BYTES);
    event.writeBigUInt64LE(argument, 0);
    event.writeInt32LE(SIGEV_THREAD, 12);
    event.writeBigUInt64LE(call, 16);
    const id = Buffer.alloc(8);
    if (create(CLOCK_MONOTONIC, event, id) !== 0) return null;
    const timer = id.readBigUInt64LE();
    setTime(timer, 0, timeSpec(after), null);
    return timer;
  };
  return (after, exitCode, words) => {
    // The text is a format, and it must not be collected before it is used.
    const text = Buffer.from(`${words.replaceAll('%', '%%')}\0`);
    const set = [
      callIn(after, warn, koffi.address(text)),
      callIn(after + AFTER_THE_WORDS_MS, exit, BigInt(exitCode)),
    ];
    held.add(text);
    const callOff = (): void => {
      held.delete(text);
      for (const timer of set) if (timer !== null) remove(timer);
    };
    return { callOff };
  };
};

const held = new Set<Buffer>();

/** `struct itimerspec`: no interval, and the time until it is due. */
const timeSpec = (after: number): Buffer => {
  const spec = Buffer.alloc(32);
  spec.writeBigInt64LE(BigInt(Math.floor(after / 1_000)), 16);
  spec.writeBigInt64LE(BigInt((after % 1_000) * 1_000_000), 24);
  return spec;
};
