import type { AsyncLocalStorage } from 'node:async_hooks';

/** Created with the first config that is code. */
let storage: AsyncLocalStorage<true> | null = null;

/** Runs code of a config, so that everything it begins is attributed to the config. */
export const runConfigCode = <T>(work: () => T): T => {
  // Node has the module loaded: importing it takes a millisecond.
  storage ??= new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)<true>();
  return storage.run(true, work);
};

/** Runs code that may call the config's code, such as its getters and functions. */
export const runWithConfigCode = <T>(work: () => T): T =>
  storage === null ? work() : storage.run(true, work);

/**
 * True if the current code was begun by the config's code. Used for uncaught exceptions: a refused request, or a
 * missing program, fails in Node's own code and names no file of the config.
 */
export const isConfigCode = (): boolean => storage?.getStore() === true;
