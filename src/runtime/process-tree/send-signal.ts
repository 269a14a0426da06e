/** What became of a signal: `gone` when nobody was there to get it, `refused` when the system forbids sending it. */
export type Sent = 'sent' | 'gone' | 'refused';

/**
 * Sends a signal to a process, or to a group when `pid` is negative.
 *
 * @example if (sendSignal(pid, 'SIGKILL') === 'refused') tellWhoOwns(pid);
 */
export const sendSignal = (pid: number, signal: NodeJS.Signals | 0): Sent => {
  try {
    process.kill(pid, signal);
    return 'sent';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'refused' : 'gone';
  }
};
