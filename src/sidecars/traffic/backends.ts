import type { PresetPlace } from '../../config/expand/preset.ts';
import type { Backend, Backends } from '../../config/traffic.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { EndpointOptions } from '../../programs/proxy/options.ts';
import { type Target, targetOf } from './find-target.ts';

/** A backend with its part of the requests, and its place in the config. */
export interface PlacedBackend {
  readonly backend: Backend;
  readonly weight: number;
  readonly path: FieldPath;
}

export const placedBackends = (backends: Backends, path: FieldPath): readonly PlacedBackend[] =>
  isList(backends)
    ? backends.map(({ name, weight = 1 }, index) => ({
        backend: name,
        weight,
        path: [...path, index, 'name'],
      }))
    : [{ backend: backends, weight: 1, path }];

const isList = (backends: Backends): backends is Extract<Backends, readonly unknown[]> =>
  Array.isArray(backends);

/**
 * The endpoints of several backends in one cluster, for connections that are not split by cluster. A backend's part is
 * that of all its instances together.
 */
export const mergedEndpoints = (
  backends: readonly PlacedBackend[],
  place: PresetPlace,
): readonly EndpointOptions[] => {
  const targets = backends.map(({ backend, weight }) => ({ target: targetOf(backend, place), weight }));
  const parts = targets.reduce((product, { target }) => product * target.endpoints.length, 1);
  return targets.flatMap(({ target: { endpoints }, weight }) =>
    endpoints.map((endpoint) => ({ ...endpoint, weight: (weight * parts) / endpoints.length })),
  );
};

/** A name for sentences: `web`, or `web, canary`. */
export const labelOf = (targets: readonly Target[]): string => targets.map(({ name }) => name).join(', ');
