import type { PresetPlace } from '../../config/expand/preset.ts';
import type { Route, TrafficPolicies } from '../../config/traffic.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import { type PlacedBackend, placedBackends } from './backends.ts';
import { mirrored, requested } from './clusters.ts';
import type { Common } from './fill-routes.ts';
import { findTarget } from './find-target.ts';

/** Finds backends that do not exist, or that cannot stand beside each other. */
export const backendProblems = (
  options: Common & TrafficPolicies & { readonly routes?: readonly Route[] },
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const all = [...requested(options, place), ...mirrored(options, place)];
  const unknown = all.flatMap(({ backend, path }) => {
    const found = findTarget(backend, place, path);
    return found.ok ? [] : [found.problem];
  });
  if (unknown.length > 0) return unknown;
  const lists = [
    placedBackends(options.to, [...place.path, 'to']),
    ...(options.routes ?? []).map((route, index) =>
      route.to === undefined ? [] : placedBackends(route.to, [...place.path, 'routes', index, 'to']),
    ),
  ];
  return [
    ...lists.flatMap((list) => [...weightProblems(list), ...baseProblems(list, place)]),
    ...(options.protocol === 'tcp' ? [] : all.flatMap((backend) => schemeProblems(backend, place))),
  ];
};

const weightProblems = (list: readonly PlacedBackend[]): readonly ConfigProblem[] => {
  const [first] = list;
  if (first === undefined || list.some(({ weight }) => weight > 0)) return [];
  return [
    { kind: 'invalid', path: [...first.path.slice(0, -1), 'weight'], found: 0, expected: 'some-weight' },
  ];
};

/** A route has one rewrite of its paths. */
export const baseProblems = (
  list: readonly PlacedBackend[],
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const bases = list.map(({ backend, path }) => {
    const found = findTarget(backend, place, path);
    return found.ok ? found.value.base : null;
  });
  const odd = bases.findIndex((base) => base !== bases[0]);
  const other = list[odd];
  return other === undefined
    ? []
    : [{ kind: 'invalid', path: other.path, found: other.backend, expected: 'same-path' }];
};

const schemeProblems = ({ backend, path }: PlacedBackend, place: PresetPlace): readonly ConfigProblem[] => {
  const found = findTarget(backend, place, path);
  return found.ok && found.value.scheme === 'tcp' ? [{ kind: 'needs', path, needs: "protocol: 'tcp'" }] : [];
};
