// This file imports nothing: it is part of the entry, which every Node from 14 on must be able to load.

/** Long after the last debugger that a signal of the first moments could have opened. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Keeps Node's debugger closed, because everybody on this machine who reaches its port could run code. SIGUSR1 would
 * open it, even before this line was reached. `--inspect` in NODE_OPTIONS is meant for the processes, and the first of
 * them gets the port this way. A debugger on Node's own command line stays.
 */
export const keepDebuggerClosed = (): void => {
  process.on('SIGUSR1', () => undefined);
  if (process.execArgv.some((argument) => argument.startsWith('--inspect'))) return;
  closeDebugger();
  // biome-ignore lint/style/noRestrictedGlobals: this file imports nothing.
  setTimeout(closeDebugger, LOOK_AGAIN_MS).unref();
};

/** This is `close` of node:inspector; loading that module takes 2 ms of every start. */
const { _debugEnd: closeAtOnce } = process as { readonly _debugEnd?: () => void };

const closeDebugger = (): void => {
  if (closeAtOnce !== undefined) return closeAtOnce();
  const { close, url } = process.getBuiltinModule('node:inspector');
  if (url() !== undefined) close();
};
