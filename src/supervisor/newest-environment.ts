import { composeEnvironment } from '../runtime/launch/environment.ts';
import type { PodLoop } from '../runtime/pod-loop.ts';

/** Environment of the newest launch of a process; before the first, the environment that it would get. */
export const newestEnvironment = (
  loop: Pick<PodLoop, 'pod' | 'environmentOf'>,
  name: string,
): Readonly<Record<string, string>> => {
  const launched = loop.environmentOf(name);
  if (launched !== null) return launched;
  const spec = loop.pod.spec.processes.get(name);
  const composed = spec === undefined ? null : composeEnvironment(spec.launch.env);
  return composed?.ok === true ? { ...composed.env, ...composed.colors } : {};
};
