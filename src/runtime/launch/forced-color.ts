import type { EnvSpec } from '../../model/pod-spec.ts';

/**
 * True for a variable that makes a process color its output into the pipe: other streams do not want it. One that
 * somebody has set to the same value stays theirs.
 */
export const isForcedColor = (
  name: string,
  value: string,
  { colors, inherited, pod, own }: EnvSpec,
): boolean => colors[name] === value && ![inherited, pod, own].some((layer) => name in layer);
