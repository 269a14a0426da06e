import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { AppSpec } from '../../model/pod-spec.ts';
import type { AppConfig, PodConfig } from '../types.ts';

/** One instance of an app, with its own part of the config. */
export interface AppInstance extends AppSpec {
  /** Path of the app in the config: empty for the single app, otherwise under `apps`. */
  readonly path: FieldPath;
  readonly parts: AppConfig;
  /** False for a config with a single app and instance: then its names need no prefix. */
  readonly isNamed: boolean;
}

/** Every instance of every app, in the order of the config. */
export const appInstances = (config: PodConfig): readonly AppInstance[] =>
  config.apps === undefined
    ? instancesOf(config.primary.name ?? 'primary', config as AppConfig, [])
    : Object.entries<AppConfig>(config.apps).flatMap(([name, app]) => instancesOf(name, app, ['apps', name]));

const instancesOf = (name: string, parts: AppConfig, path: FieldPath): readonly AppInstance[] => {
  const { instances } = parts.primary;
  if (instances === undefined) {
    return [{ name, instance: 1, primary: name, path, parts, isNamed: path.length > 0 }];
  }
  return Array.from({ length: instances }, (_, index) => {
    const instance = index + 1;
    return { name, instance, primary: `${name}-${instance}`, path, parts, isNamed: true };
  });
};

/** Precedes the names of its processes and volumes in the pod; null: they keep their names. */
export const prefixOf = ({ primary, isNamed }: AppInstance): string | null => (isNamed ? primary : null);
