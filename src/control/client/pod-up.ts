import type { PodSnapshot } from '../pod-client.ts';

/**
 * Whether a pod has come up: all primaries that it waits for are ready, and where there are none, all that is wanted. An
 * app that is over is not waited for. `never`: the one primary that there is has ended; null: not yet.
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
