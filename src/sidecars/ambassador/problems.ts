import type { PresetPlace } from '../../config/expand/preset.ts';
import type { AmbassadorOptions } from '../../config/traffic.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import { mirrored, requested } from '../traffic/clusters.ts';
import { findTarget } from '../traffic/find-target.ts';

/** Finds unknown names, and options that do not go together. */
export const ambassadorProblems = (
  options: AmbassadorOptions,
  place: PresetPlace,
): readonly ConfigProblem[] =>
  [...requested(options, place), ...mirrored(options, place)].flatMap(({ backend, path }) => {
    const found = findTarget(backend, place, path);
    return found.ok ? [] : [found.problem];
  });
