import { type ModuleHooks, registerHooks } from 'node:module';

const packageName = 'sidecarctl';

/**
 * Lets configs import sidecarctl outside any project that has it installed, until the hooks are deregistered. If the
 * name is not found in the usual way, it means the running copy, whose entry is at `selfUrl`. `onOther` is called if it
 * means another copy.
 */
export const allowSelfImport = (selfUrl: string, onOther: () => void): ModuleHooks =>
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      try {
        const resolved = nextResolve(specifier, context);
        if (specifier === packageName && resolved.url !== selfUrl) onOther();
        return resolved;
      } catch (error) {
        if (specifier !== packageName || !isNotFound(error)) throw error;
        return { url: selfUrl, shortCircuit: true };
      }
    },
  });

/** `import` and `require` have different codes for this. */
const isNotFound = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
};
