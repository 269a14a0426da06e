import type { PodSnapshot } from '../pod-client.ts';

/**
 * Decides whether a pod is up: all primaries that it waits for are ready, or, without primaries, all started processes
 * are. An app that has ended is not waited for. `never`: the only primary has ended; null: not yet.
 */
export const upOf = ({ processes, state, ended }: PodSnapshot): 'holds' | 'never' | null => {
  const primaries = processes.filter(({ role }) => role === 'primary');
  const active = primaries.filter(({ name, wanted }) => wanted && !ended.some(({ app }) => app === name));
  if (active.length === 0) return state === 'running' ? 'holds' : null;
  if (active.every((primary) => primary.state === 'ready')) return 'holds';
  const [only] = primaries;
  const isOver = only?.state === 'completed' || only?.state === 'failed';
  return primaries.length === 1 && isOver ? 'never' : null;
};
