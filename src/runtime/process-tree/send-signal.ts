/** The result of a signal: `gone` if there was no process to get it, `refused` if the system forbids it. */
export type Sent = 'sent' | 'gone' | 'refused';

/**
 * Sends a signal to a process, or to a group if `pid` is negative.
 *
 * @example
 * if (sendSignal(pid, 'SIGKILL') === 'refused') reportOwner(pid);
 */
export const sendSignal = (pid: number, signal: NodeJS.Signals | 0): Sent => {
  try {
    process.kill(pid, signal);
    return 'sent';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'refused' : 'gone';
  }
};
