import type { FieldPath } from '../../model/failures/config-problem.ts';

/** True if both are one place in the config: the instances of an app have the same one. */
export const isSamePath = (one: FieldPath, other: FieldPath): boolean => one.join('\0') === other.join('\0');
