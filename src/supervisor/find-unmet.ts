import type { RequirementFailure } from '../model/failures/requirement-failure.ts';
import type { PodSpec } from '../model/pod-spec.ts';

/** Finds the requirements that this machine does not meet. Only processes that start with the pod count. */
export const findUnmet = async ({
  processes,
}: Pick<PodSpec, 'processes'>): Promise<readonly RequirementFailure[]> => {
  const asking = [...processes.values()].filter(({ desired, requires }) => desired && requires.length > 0);
  if (asking.length === 0) return [];
  // Loaded late, as few processes require anything.
  const { findRequirements } = await import('../runtime/requirements/find-requirements.ts');
  return (await findRequirements(asking)).flatMap(({ failure }) => failure ?? []);
};
