import type { ProcessSnapshot } from '../pod-client.ts';

type Named = Pick<ProcessSnapshot, 'name' | 'role' | 'app'>;

/** The processes that a name means: one, or the primaries of an app that has instances; none: it means nothing. */
export const processesNamed = (processes: readonly Named[], asked: string): readonly string[] => {
  if (processes.some(({ name }) => name === asked)) return [asked];
  return processes.filter(({ role, app }) => role === 'primary' && app === asked).map(({ name }) => name);
};
