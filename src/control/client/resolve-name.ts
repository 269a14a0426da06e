import type { ProcessSnapshot } from '../pod-client.ts';

type Named = Pick<ProcessSnapshot, 'name' | 'role' | 'app'>;

/** Processes that a name stands for: one, or the primaries of an app that has instances; empty if there is none. */
export const processesNamed = (processes: readonly Named[], asked: string): readonly string[] => {
  if (processes.some(({ name }) => name === asked)) return [asked];
  return processes.filter(({ role, app }) => role === 'primary' && app === asked).map(({ name }) => name);
};
