// Imports nothing: it is part of the entry, which every Node from 14 on must be able to load.

/**
 * Keeps Node's debugger closed, through which everybody on this machine who reaches its port may run code. SIGUSR1 would
 * open it; and what NODE_OPTIONS asks for is meant for the processes, of which the first gets the port that way. A
 * debugger that was asked for on Node's own command line stays.
 */
export const keepDebuggerClosed = (): void => {
  process.on('SIGUSR1', () => undefined);
  const isInherited = /--inspect/.test(process.env['NODE_OPTIONS'] ?? '');
  const isAskedFor = process.execArgv.some((argument) => argument.startsWith('--inspect'));
  if (isInherited && !isAskedFor) process.getBuiltinModule('node:inspector').close();
};
