/** Set only for the program that replaces this one. */
const APART = 'SIDECARCTL_READS_CONFIG_APART';

const isApart = process.env[APART] !== undefined;
delete process.env[APART];

/** Copied here, because a config may replace them. */
const { execPath, execve } = process;
const words = [execPath, ...process.execArgv, ...process.argv.slice(1)];

const folder = ((): string | null => {
  try {
    return process.cwd();
  } catch {
    return null;
  }
})();

/** True if the config must be read in a process of its own, because it has side effects on this one. */
export const readsApart = (): boolean => isApart;

/**
 * Replaces this program by itself, with the same pid, as if it had just been started: everything that a config has
 * changed is gone, and the next one reads the config in a process of its own. Returns only if the system has no such
 * call.
 */
export const beginAnew = (env: Readonly<Record<string, string>>): void => {
  if (isApart || process.platform === 'win32') return;
  try {
    if (folder !== null) process.chdir(folder);
    execve?.(execPath, words, { ...env, [APART]: '1' });
  } catch {
    // A thread has no process of its own to replace.
  }
};
