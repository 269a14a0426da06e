import { type ModuleHooks, registerHooks } from 'node:module';

const packageName = 'sidecarctl';

/**
 * Lets configs outside any project that has sidecarctl installed import it all the same: where the name is not found
 * in the usual way, it is the running copy, whose entry is at `selfUrl`. Until the hooks are deregistered.
 */
export const allowSelfImport = (selfUrl: string): ModuleHooks =>
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (specifier !== packageName || !isNotFound(error)) throw error;
        return { url: selfUrl, shortCircuit: true };
      }
    },
  });

/** `import` and `require` have each their own code for it. */
const isNotFound = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
};
