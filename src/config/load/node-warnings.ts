/**
 * What Node says about a user's package when it runs its config: that the package has no `type`, that one might be of
 * use (beside a syntax error that we tell of), and that its TypeScript is experimental. None of it is about the pod.
 */
const unasked =
  /^(Module type of .* is not specified|Failed to load the ES module|(Type Stripping|stripTypeScriptTypes) is an experimental feature)/;

/** Keeps these warnings off stderr until the returned function is called; all others pass. */
export const silenceModuleWarnings = (): (() => void) => {
  const { emitWarning } = process;
  const filtered = (warning: string | Error, ...rest: never[]): void => {
    if (!unasked.test(typeof warning === 'string' ? warning : warning.message)) {
      emitWarning.call(process, warning, ...rest);
    }
  };
  process.emitWarning = filtered as typeof emitWarning;
  return () => {
    Reflect.set(process, 'emitWarning', emitWarning);
  };
};
