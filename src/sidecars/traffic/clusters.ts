import type { Expansion, PresetPlace } from '../../config/expand/preset.ts';
import type { Route, TrafficFilters, TrafficPolicies } from '../../config/traffic.ts';
import type { DependencyConfig } from '../../config/types.ts';
import type { ClientTlsOptions, ClusterOptions } from '../../programs/proxy/options.ts';
import { labelOf, type PlacedBackend, placedBackends } from './backends.ts';
import { fillPolicies } from './fill-policies.ts';
import type { Common } from './fill-routes.ts';
import { type Target, targetOf } from './find-target.ts';

type Routed = Common & { readonly routes?: readonly Route[] };

/** One cluster for each backend that requests go to. */
export const clustersOf = (options: Routed, place: PresetPlace): Readonly<Record<string, ClusterOptions>> => {
  const targets = [...requested(options, place), ...mirrored(options, place)].map(({ backend }) =>
    targetOf(backend, place),
  );
  return Object.fromEntries(targets.map((target) => [target.name, clusterOf([target], options)]));
};

const PUBLIC_TLS: ClientTlsOptions = { ca: null, certificate: null, serverName: null, verify: true };

export const clusterOf = (
  targets: readonly Target[],
  policies: TrafficPolicies,
  tls: ClientTlsOptions = PUBLIC_TLS,
): ClusterOptions => ({
  label: labelOf(targets),
  endpoints: targets.flatMap(({ endpoints }) => endpoints),
  tls: targets.some(({ scheme }) => scheme === 'https') ? tls : null,
  ...fillPolicies(policies),
});

/** The backends of requests, with their places in the config. */
export const requested = ({ to, routes = [] }: Routed, { path }: PresetPlace): readonly PlacedBackend[] => [
  ...placedBackends(to, [...path, 'to']),
  ...routes.flatMap((route, index) =>
    route.to === undefined ? [] : placedBackends(route.to, [...path, 'routes', index, 'to']),
  ),
];

/** The backends of copies of requests. */
export const mirrored = (
  { requestMirror, routes = [] }: Routed,
  { path }: PresetPlace,
): readonly PlacedBackend[] => [
  ...mirrorIn(requestMirror, path),
  ...routes.flatMap(({ filters }, index) =>
    mirrorIn(filters?.requestMirror, [...path, 'routes', index, 'filters']),
  ),
];

const mirrorIn = (
  mirror: TrafficFilters['requestMirror'],
  path: PlacedBackend['path'],
): readonly PlacedBackend[] =>
  mirror === undefined ? [] : [{ backend: mirror.to, weight: 1, path: [...path, 'requestMirror', 'to'] }];

interface Used extends Pick<Expansion, 'reasons'> {
  readonly dependsOn: Readonly<Record<string, 'ready' | DependencyConfig>>;
}

/** What a sidecar depends on: every process that requests go to, and those of copies as long as they run. */
export const usedBackends = (options: Routed, place: PresetPlace): Used =>
  dependenciesOn(requested(options, place), mirrored(options, place), place);

export const dependenciesOn = (
  backends: readonly PlacedBackend[],
  mirrors: readonly PlacedBackend[],
  place: PresetPlace,
): Used => {
  const needed = withProcess(backends, place);
  const copies = withProcess(mirrors, place);
  return {
    dependsOn: {
      ...Object.fromEntries(copies.map(([process]) => [process, { condition: 'ready', required: false }])),
      ...Object.fromEntries(needed.map(([process]) => [process, 'ready'])),
    },
    reasons: Object.fromEntries([...copies, ...needed].toReversed()),
  };
};

const withProcess = (backends: readonly PlacedBackend[], place: PresetPlace) =>
  backends.flatMap(({ backend, path }) => {
    const { process } = targetOf(backend, place);
    return process === null ? [] : [[process, path] as const];
  });
