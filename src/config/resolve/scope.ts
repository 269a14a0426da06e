import type { PodConfig } from '../types.ts';
import { type AppInstance, nameInPod } from './app-instances.ts';

/** The names that can be used in one place of a config, with the names in the pod that they mean. */
export interface Scope {
  /** Names of processes with ports: each means one process. */
  readonly single: ReadonlyMap<string, string>;
  /** Names that can be waited for: the name of an app with instances means all of them. */
  readonly processes: ReadonlyMap<string, readonly string[]>;
  readonly volumes: ReadonlyMap<string, string>;
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
  const others = instances.filter(({ name }) => name !== app?.name);
  const near: Names = [
    ...(app === null ? [] : ownProcesses(app)),
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
    volumes: new Map([
      ...(app === null ? [] : volumeNames(app.parts).map((name) => [name, nameInPod(app, name)] as const)),
      ...volumeNames(shared).map((name) => [name, name] as const),
    ]),
  };
};

type Names = readonly (readonly [string, string])[];

const isOnlyOne = ({ name, primary }: AppInstance): boolean => name === primary;

/** The app's own name means its own instance. */
const ownProcesses = (app: AppInstance): Names => [
  ...processNames(app.parts).map((name) => [name, nameInPod(app, name)] as const),
  [app.name, app.primary],
];

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
