import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { type AppInstance, appInstances } from '../resolve/app-instances.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import { configuredVolumes } from '../resolve/declared.ts';
import { processNames, volumeNames } from '../resolve/scope.ts';
import type { PodConfig } from '../types.ts';

/** Limit of a DNS label. */
const LONGEST = 63;

/** Finds names that mean two things in the same place, or that are not unique in the pod. */
export const findNameProblems = (
  config: PodConfig,
  processes: readonly DeclaredProcess[],
): readonly ConfigProblem[] => {
  const volumes = configuredVolumes(config);
  return [
    ...doubles(processes),
    ...doubles(volumes),
    ...(config.apps === undefined ? [] : ambiguities(config)),
    ...appInstances(config).flatMap(ownAmbiguities),
    ...[...processes, ...volumes].flatMap(overlong),
  ];
};

interface Named {
  readonly name: string;
  readonly path: FieldPath;
}

const doubles = (all: readonly Named[]): readonly ConfigProblem[] => {
  const paths = new Map<string, FieldPath>();
  return all.flatMap(({ name, path }) => {
    const by = paths.get(name);
    if (by !== undefined) return [{ kind: 'name-taken', path, name, by }];
    paths.set(name, path);
    return [];
  });
};

/** Shared processes and apps can be named everywhere, so an app's own processes must not have the same names. */
const ambiguities = (config: PodConfig): readonly ConfigProblem[] => {
  const apps = appInstances(config);
  const processes = [...named(config, []), ...apps.flatMap(primaryNames)];
  const volumes = volumeNames(config).map((name) => ({ name, path: ['volumes', name] }));
  return apps.flatMap(({ name: app, path, parts }) => [
    ...taken(
      named(parts, path),
      processes.filter(({ name }) => name !== app),
    ),
    ...taken([{ name: app, path: [...path, 'primary'] }], named(config, [])),
    ...taken(
      volumeNames(parts).map((name) => ({ name, path: [...path, 'volumes', name] })),
      volumes,
    ),
  ]);
};

/** A process of an app must not have the app's name: within the app that name means its primary. */
const ownAmbiguities = ({ name, path, parts, isNamed }: AppInstance): readonly ConfigProblem[] =>
  isNamed ? taken(named(parts, path), [{ name, path: [...path, 'primary'] }]) : [];

const primaryNames = ({ name, primary, path }: AppInstance): readonly Named[] =>
  [...new Set([name, primary])].map((one) => ({ name: one, path: [...path, 'primary'] }));

const named = (parts: Pick<PodConfig, 'init' | 'sidecars'>, base: FieldPath): readonly Named[] =>
  processNames(parts).map((name) => {
    const section = parts.init !== undefined && name in parts.init ? 'init' : 'sidecars';
    return { name, path: [...base, section, name] };
  });

const taken = (own: readonly Named[], others: readonly Named[]): readonly ConfigProblem[] =>
  own.flatMap(({ name, path }) => {
    const by = others.find((other) => other.name === name);
    return by === undefined ? [] : [{ kind: 'name-taken', path, name, by: by.path }];
  });

const overlong = ({ name, path }: Named): readonly ConfigProblem[] =>
  name.length > LONGEST ? [{ kind: 'name-too-long', path, name }] : [];
