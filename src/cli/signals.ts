import type { PodLoop } from '../runtime/pod-loop.ts';
import { now, Timers } from '../runtime/timers.ts';

/**
 * timeout(1) and others like it send a signal to the process and then to its group: it arrives twice. So much later the
 * first one is obeyed; until then nobody can have answered it, and the same signal again is its echo.
 */
const ECHO_WAIT_MS = 2;
/** npm runs us in the terminal's process group and passes signals on besides: its echo of a Ctrl-C takes longer. */
const NPM_ECHO_WINDOW_MS = 150;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal stops the pod, a second one kills what is left. Returns what takes the handlers away again. */
export const stopOnSignals = (loop: Pick<PodLoop, 'send'>): (() => void) => {
  const timers = new Timers<'echo'>();
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | null = null;
  const stop = (by: string): void => loop.send({ type: 'stop', by, grace: null });
  const handle = (signal: NodeJS.Signals): void => {
    if (first === null) {
      first = { signal, at: now() };
      timers.arm('echo', first.at + ECHO_WAIT_MS, () => stop(signal));
    } else if (signal !== first.signal || now() - first.at >= echoWindowOf(signal)) {
      timers.disarm('echo');
      stop(first.signal);
      loop.send({ type: 'kill', by: signal });
    }
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  // A write beyond `ulimit -f` would end us; like this it fails like any other.
  process.on('SIGXFSZ', ignore);
  return () => {
    timers.disarmAll();
    for (const signal of SIGNALS) process.off(signal, handle);
    process.off('SIGXFSZ', ignore);
  };
};

const ignore = (): void => undefined;

/** Of a terminal that is closed the kernel tells us, and the shell in it as well, when it comes to it. */
const echoWindowOf = (signal: NodeJS.Signals): number => {
  if (signal === 'SIGHUP') return Number.POSITIVE_INFINITY;
  const isUnderNpm = process.env['npm_execpath'] !== undefined && process.stdin.isTTY;
  return isUnderNpm && signal === 'SIGINT' ? NPM_ECHO_WINDOW_MS : ECHO_WAIT_MS;
};
