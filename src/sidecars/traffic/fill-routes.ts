import type { PresetPlace } from '../../config/expand/preset.ts';
import type { Backends, Route, TrafficFilters, TrafficPolicies } from '../../config/traffic.ts';
import type { MirrorOptions, RouteOptions } from '../../programs/proxy/options.ts';
import { placedBackends } from './backends.ts';
import { fillFilters } from './fill-filters.ts';
import { fillMatch } from './fill-matches.ts';
import { fillTimeouts } from './fill-policies.ts';
import { fillRetry } from './fill-retry.ts';
import { targetOf } from './find-target.ts';
import { mergedRetry } from './merge-policies.ts';

/** What all routes of a listener have, unless they say otherwise. */
export type Common = TrafficPolicies & TrafficFilters & { readonly to: Backends };

/** The routes, and last what no route matches. */
export const fillRoutes = (
  common: Common,
  routes: readonly Route[],
  place: PresetPlace,
): readonly RouteOptions[] => {
  const isCovered = routes.some(({ matches = [] }) => matches.length === 0);
  return (isCovered ? routes : [...routes, {}]).map((route) => routeTo(common, route, place));
};

const routeTo = (common: Common, route: Route, place: PresetPlace): RouteOptions => {
  const backends = placedBackends(route.to ?? common.to, place.path);
  const targets = backends.map(({ backend }) => targetOf(backend, place));
  const to = targets.map(({ name }, index) => ({ cluster: name, weight: backends[index]?.weight ?? 1 }));
  const policies = {
    ...common,
    ...route.filters,
    timeouts: { ...common.timeouts, ...route.timeouts },
    retry: mergedRetry(common.retry, route.retry),
  };
  return {
    ...fillRoute(policies, { to, base: targets[0]?.base ?? null }, place),
    matches: (route.matches ?? []).map(fillMatch),
  };
};

interface RouteTarget extends Pick<RouteOptions, 'to'> {
  /** What the URL of the backend puts before every path. */
  readonly base: string | null;
}

/** A route for every request. */
export const fillRoute = (
  policies: TrafficPolicies & TrafficFilters,
  { to, base }: RouteTarget,
  place: PresetPlace,
): RouteOptions => ({
  matches: [],
  to,
  ...fillFilters(policies, base),
  requestMirror: fillMirror(policies.requestMirror, place),
  timeouts: fillTimeouts(policies.timeouts),
  retry: fillRetry(policies.retry),
});

const fillMirror = (mirror: TrafficFilters['requestMirror'], place: PresetPlace): MirrorOptions | null =>
  mirror === undefined ? null : { cluster: targetOf(mirror.to, place).name, percent: mirror.percent ?? 100 };
