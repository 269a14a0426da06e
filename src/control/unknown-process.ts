import { withNearest } from '../model/nearest.ts';
import type { ProcessSnapshot } from './pod-snapshot.ts';

type Named = Pick<ProcessSnapshot, 'name' | 'app'>;

/**
 * Says that there are no processes of these names, which were probably meant, and which exist.
 *
 * @example
 * unknownProcessText(['wbe'], snapshot.processes) // 'there is no process wbe (did you mean web?); there are db, web'
 */
export const unknownProcessText = (unknown: readonly string[], processes: readonly Named[]): string => {
  const names = processes.map(({ name }) => name);
  const known = [...names, ...processes.flatMap(({ app }) => app ?? [])];
  const asked = unknown.map((name) => withNearest(name, known));
  return `there is no process ${asked.join(', ')}; there are ${names.join(', ')}`;
};
