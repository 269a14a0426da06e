import type { AsyncLocalStorage } from 'node:async_hooks';

/** Made with the first config that is code. */
let storage: AsyncLocalStorage<true> | null = null;

/** Calls what is a config's code, so that all that it begins is known to be the config's for as long as it lasts. */
export const runConfigCode = <T>(work: () => T): T => {
  // Node has it at hand: to import it takes a millisecond.
  storage ??= new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)<true>();
  return storage.run(true, work);
};

/** The same for what may call the config's code on the way, such as its getters and functions. */
export const runWithConfigCode = <T>(work: () => T): T =>
  storage === null ? work() : storage.run(true, work);

/**
 * Whether what runs now was begun by the config's code. For an exception that nobody has caught: a request that is
 * refused, or a program that is not there, fails in Node's own code and names no file of the config.
 */
export const isConfigCode = (): boolean => storage?.getStore() === true;
