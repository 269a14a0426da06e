import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { fillReferences } from '../resolve/references.ts';
import type { WiringValues } from '../resolve/wiring.ts';

/**
 * Finds references in the options of a ready-made sidecar to what does not exist. They are replaced later, in the file
 * that the options become, and a message about that would name no field that the user wrote.
 */
export const findReferenceProblems = (
  options: unknown,
  values: WiringValues,
  path: FieldPath,
): readonly ConfigProblem[] => {
  if (typeof options === 'string') return fillReferences(options, 'plain', values, path).problems;
  if (typeof options !== 'object' || options === null) return [];
  const isList = Array.isArray(options);
  return Object.entries(options).flatMap(([key, value]) =>
    findReferenceProblems(value, values, [...path, isList ? Number(key) : key]),
  );
};
