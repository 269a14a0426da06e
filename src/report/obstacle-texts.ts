import type { ContainerFailure } from '../model/failures/container-failure.ts';
import type { IsolationFailure } from '../model/failures/isolation-failure.ts';
import { containerText } from './container-failures.ts';
import { isolationText } from './isolation-failures.ts';

type Obstacle =
  | { readonly kind: 'isolation'; readonly failures: readonly IsolationFailure[] }
  | { readonly kind: 'containers'; readonly failures: readonly ContainerFailure[] };

/** Says why an engine cannot launch processes here, one sentence for each reason. */
export const engineObstacleTexts = (obstacle: Obstacle): readonly string[] =>
  obstacle.kind === 'isolation' ? obstacle.failures.map(isolationText) : obstacle.failures.map(containerText);
