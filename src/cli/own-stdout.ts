const before = Object.getOwnPropertyDescriptor(process, 'stdout');

/** Stream for answers; opened on first use. */
export const ownStdout = (): NodeJS.WriteStream =>
  (before?.get === undefined ? before?.value : before.get.call(process)) as NodeJS.WriteStream;

/**
 * Redirects `process.stdout` and `console.log` to stderr. A config's code runs in this process when it is loaded, for
 * its values, and in its own timers, and programs read stdout.
 */
export const keepStdout = (): void => {
  if (before?.configurable !== true) return;
  Object.defineProperty(process, 'stdout', {
    get: () => process.stderr,
    configurable: true,
    enumerable: true,
  });
};
