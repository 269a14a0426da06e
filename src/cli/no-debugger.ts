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
  const isInherited = /--inspect/.test(process.env['NODE_OPTIONS'] ?? '');
  if (isInherited || holdsSocket()) closeDebugger();
  setTimeout(closeDebugger, LOOK_AGAIN_MS).unref();
};

const closeDebugger = (): void => {
  const { close, url } = process.getBuiltinModule('node:inspector');
  if (url() !== undefined) close();
};

/** Nobody else can have opened one yet. To ask the debugger itself takes 2 ms of every start. */
const holdsSocket = (): boolean => {
  const { readdirSync } = process.getBuiltinModule('node:fs');
  try {
    const descriptors = readdirSync('/proc/self/fd').filter((fd) => Number(fd) > 2);
    return descriptors.some((fd) => targetOf(`/proc/self/fd/${fd}`).startsWith('socket:'));
  } catch {
    // There is no /proc.
    return false;
  }
};

const targetOf = (path: string): string => {
  try {
    return process.getBuiltinModule('node:fs').readlinkSync(path);
  } catch {
    // The one by which the folder was read has gone.
    return '';
  }
};
