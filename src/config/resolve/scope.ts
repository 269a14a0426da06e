import type { PodConfig } from '../types.ts';
import { type AppInstance, prefixOf } from './app-instances.ts';

/** The names that can be used in one place of a config, with the names in the pod that they mean. */
export interface Scope {
  /** Names of processes with ports: each means one process. */
  readonly single: ReadonlyMap<string, string>;
  /** Names that can be waited for: the name of an app with instances means all of them. */
  readonly processes: ReadonlyMap<string, readonly string[]>;
  readonly volumes: ReadonlyMap<string, string>;
  /** Ports that are reached through another process. */
  readonly detours: readonly ScopeDetour[];
}

/** A port of a process that stands for another one. Names are those in the pod. */
export interface ScopeDetour {
  readonly process: string;
  readonly port: string;
  /** Process in its place, and the port of it. */
  readonly by: string;
  readonly through: string;
}

/**
 * Names seen from within an app: its own come first, then shared ones, then the primaries of other apps. `app` null:
 * the shared part.
 */
export const scopeOf = (
  config: PodConfig,
  instances: readonly AppInstance[],
  app: AppInstance | null,
): Scope => {
  const shared = config.apps === undefined ? {} : config;
  const own = app === null ? NO_NAMES : ownNames(prefixOf(app), app.parts);
  const others = instances.filter(({ name }) => name !== app?.name);
  const near: Names = [
    ...own.processes,
    ...(app === null ? [] : [[app.name, app.primary] as const]),
    ...processNames(shared).map((name) => [name, name] as const),
    ...others.filter(isOnlyOne).map(({ name, primary }) => [name, primary] as const),
  ];
  const numbered = instances.filter((instance) => !isOnlyOne(instance));
  const single = [...near, ...numbered.map(({ primary }) => [primary, primary] as const)];
  return {
    single: new Map(single),
    processes: new Map([
      ...single.map(([written, name]) => [written, [name]] as const),
      ...groups(others.filter((instance) => !isOnlyOne(instance))),
    ]),
    volumes: new Map([...own.volumes, ...volumeNames(shared).map((name) => [name, name] as const)]),
    detours: [],
  };
};

type Names = readonly (readonly [string, string])[];

const isOnlyOne = ({ name, primary }: AppInstance): boolean => name === primary;

/** Names within a component that stands in a scope: its own parts come before everything else. */
export const scopeWithin = (outer: Scope, prefix: string | null, parts: Parts): Scope => {
  const own = ownNames(prefix, parts);
  return {
    single: new Map([...outer.single, ...own.processes]),
    processes: new Map([
      ...outer.processes,
      ...own.processes.map(([name, inPod]) => [name, [inPod]] as const),
    ]),
    volumes: new Map([...outer.volumes, ...own.volumes]),
    detours: outer.detours,
  };
};

type Parts = Pick<PodConfig, 'init' | 'sidecars' | 'volumes'>;

interface OwnNames {
  readonly processes: Names;
  readonly volumes: Names;
}

const NO_NAMES: OwnNames = { processes: [], volumes: [] };

const ownNames = (prefix: string | null, parts: Parts): OwnNames => ({
  processes: processNames(parts).map((name) => [name, withPrefix(prefix, name)] as const),
  volumes: volumeNames(parts).map((name) => [name, withPrefix(prefix, name)] as const),
});

/** Name in the pod of a part of a component. */
export const withPrefix = (prefix: string | null, name: string): string =>
  prefix === null ? name : `${prefix}-${name}`;

export const processNames = ({ init, sidecars }: Pick<PodConfig, 'init' | 'sidecars'>): readonly string[] => [
  ...Object.keys(init ?? {}),
  ...Object.keys(sidecars ?? {}),
];

export const volumeNames = ({ volumes }: Pick<PodConfig, 'volumes'>): readonly string[] =>
  Object.keys(volumes ?? {});

const groups = (instances: readonly AppInstance[]): readonly (readonly [string, readonly string[]])[] =>
  [...new Set(instances.map(({ name }) => name))].map((app) => [
    app,
    instances.filter(({ name }) => name === app).map(({ primary }) => primary),
  ]);
