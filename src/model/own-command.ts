/**
 * Name of the log of a command beside a process: `web.migrate`. No process has a dot in its name.
 *
 * @example
 * commandLog('web', 'migrate') // 'web.migrate'
 */
export const commandLog = (process: string, command: string): string => `${process}.${command}`;

/** The process and the command that a log belongs to; null for the log of a process, or of all. */
export const commandOfLog = (log: string): { readonly process: string; readonly command: string } | null => {
  const [process = '', command] = log.split('.');
  return command === undefined ? null : { process, command };
};

/** The command as people name it: `web: migrate`. */
export const commandTitle = (process: string, command: string): string => `${process}: ${command}`;

/** The process or the command that a log belongs to, as people name it. */
export const titleOfLog = (log: string): string => {
  const own = commandOfLog(log);
  return own === null ? log : commandTitle(own.process, own.command);
};

/** Reason why a command beside a process is not started, or not stopped. */
export type CommandRefusal = 'already-running' | 'not-running' | 'pod-stops';
