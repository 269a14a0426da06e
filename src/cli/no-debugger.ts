// Imports nothing: it is part of the entry, which every Node from 14 on must be able to load.

/** Long after the last debugger that a signal of the first moments could have opened. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Keeps Node's debugger closed, through which everybody on this machine who reaches its port may run code. SIGUSR1 would
 * open it, also before this line was reached; and what NODE_OPTIONS asks for is meant for the processes, of which the
 * first gets the port that way. A debugger that was asked for on Node's own command line stays.
 */
export const keepDebuggerClosed = (): void => {
  process.on('SIGUSR1', () => undefined);
  if (process.execArgv.some((argument) => argument.startsWith('--inspect'))) return;
  closeDebugger();
  // biome-ignore lint/style/noRestrictedGlobals: this file imports nothing.
  setTimeout(closeDebugger, LOOK_AGAIN_MS).unref();
};

/** What `close` of node:inspector is; to load that module takes 2 ms of every start. */
const { _debugEnd: closeAtOnce } = process as { readonly _debugEnd?: () => void };

const closeDebugger = (): void => {
  if (closeAtOnce !== undefined) return closeAtOnce();
  const { close, url } = process.getBuiltinModule('node:inspector');
  if (url() !== undefined) close();
};
