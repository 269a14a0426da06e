import type { CommandSnapshot, PodSnapshot } from './pod-snapshot.ts';

/** Names of the logs that a pod has: of its processes, and of the commands beside them that have run. */
export const logsOf = ({ processes }: Pick<PodSnapshot, 'processes'>): readonly string[] =>
  processes.flatMap(({ name, commands }) => [name, ...commands.filter(hasRun).map(({ log }) => log)]);

export const hasRun = ({ pid, lastExit }: CommandSnapshot): boolean => pid !== null || lastExit !== null;
