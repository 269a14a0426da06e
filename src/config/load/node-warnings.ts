/**
 * Warnings of Node about the user's package when it runs a config: that the package has no `type`, that a `type` might
 * help (along with a syntax error that sidecarctl reports), and that TypeScript support is experimental. None of them
 * concerns the pod.
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
