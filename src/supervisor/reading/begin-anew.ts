/** Set for the program that follows this one, and for nobody else. */
const APART = 'SIDECARCTL_READS_CONFIG_APART';

const isApart = process.env[APART] !== undefined;
delete process.env[APART];

/** Kept here, as a config may replace them. */
const { execPath, execve } = process;
const words = [execPath, ...process.execArgv, ...process.argv.slice(1)];

const folder = ((): string | null => {
  try {
    return process.cwd();
  } catch {
    return null;
  }
})();

/** Whether the config is to be read in a process of its own, as it does more to this one than say what it says. */
export const readsApart = (): boolean => isApart;

/**
 * Replaces this program by itself, with the same pid, as if it had just been started: what a config has changed and left
 * in it is gone, and the next one reads the config apart. Comes back where the system has no such call.
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
