import type { CommandSnapshot, PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';

type OnTerminal = Pick<ProcessSnapshot | CommandSnapshot, 'terminal' | 'launchedAt' | 'pid'>;

/** The process, or the command beside one, that has the log with this name. */
export const ownerOf = (log: string, { processes }: PodSnapshot): OnTerminal | undefined =>
  processes.find(({ name }) => name === log) ??
  processes.flatMap(({ commands }) => commands).find((command) => command.log === log);
