const before = Object.getOwnPropertyDescriptor(process, 'stdout');

/** Where answers go. Opened when it is asked for. */
export const ownStdout = (): NodeJS.WriteStream =>
  (before?.get === undefined ? before?.value : before.get.call(process)) as NodeJS.WriteStream;

/**
 * From here on `process.stdout` and `console.log` lead to stderr: those of a config, whose code runs in this process
 * when it is loaded, for its values, and whenever a timer of its own fires. What is on stdout is read by programs.
 */
export const keepStdout = (): void => {
  if (before?.configurable !== true) return;
  Object.defineProperty(process, 'stdout', {
    get: () => process.stderr,
    configurable: true,
    enumerable: true,
  });
};
