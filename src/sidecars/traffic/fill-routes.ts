import type { PresetPlace } from '../../config/expand/preset.ts';
import type { Backends, Route, TrafficFilters, TrafficPolicies } from '../../config/traffic.ts';
import type { MirrorOptions, RouteOptions } from '../../programs/proxy/options.ts';
import { placedBackends } from './backends.ts';
import { fillFilters } from './fill-filters.ts';
import { fillMatch } from './fill-matches.ts';
import { fillTimeouts } from './fill-policies.ts';
import { type AnyRetry, fillRetry } from './fill-retry.ts';
import { targetOf } from './find-target.ts';

/** What all routes of a listener have, unless they say otherwise. */
export type Common = TrafficPolicies & TrafficFilters & { readonly to: Backends };

/** The routes, and last what no route matches. */
export const fillRoutes = (
  common: Common,
  routes: readonly Route[],
  place: PresetPlace,
): readonly RouteOptions[] => {
  const isCovered = routes.some(({ matches = [] }) => matches.length === 0);
  return (isCovered ? routes : [...routes, {}]).map((route) => fillRoute(common, route, place));
};

const fillRoute = (common: Common, route: Route, place: PresetPlace): RouteOptions => {
  const backends = placedBackends(route.to ?? common.to, place.path);
  const filters: TrafficFilters = { ...common, ...route.filters };
  const targets = backends.map(({ backend }) => targetOf(backend, place));
  return {
    matches: (route.matches ?? []).map(fillMatch),
    to: targets.map(({ name }, index) => ({ cluster: name, weight: backends[index]?.weight ?? 1 })),
    ...fillFilters(filters, targets[0]?.base ?? null),
    requestMirror: fillMirror(filters.requestMirror, place),
    timeouts: fillTimeouts({ ...common.timeouts, ...route.timeouts }),
    retry: fillRetry(mergedRetry(common.retry, route.retry)),
  };
};

const fillMirror = (mirror: TrafficFilters['requestMirror'], place: PresetPlace): MirrorOptions | null =>
  mirror === undefined ? null : { cluster: targetOf(mirror.to, place).name, percent: mirror.percent ?? 100 };

/** The fields of a more special policy, and those that it leaves out from the general one. */
export const mergedRetry = (general: AnyRetry = {}, special: AnyRetry = {}): AnyRetry => ({
  ...general,
  ...special,
  ...(general.perRetry === undefined && special.perRetry === undefined
    ? {}
    : {
        perRetry: {
          ...general.perRetry,
          ...special.perRetry,
          backOff: { ...general.perRetry?.backOff, ...special.perRetry?.backOff },
        },
      }),
});
