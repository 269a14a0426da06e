import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { OriginSpec, RefreshSpec } from '../../model/pod-spec.ts';
import type { Role } from '../../model/vocabulary.ts';
import type { ExpandedProcess, MadeFrom } from '../expand/preset.ts';
import type { PodConfig, ProcessConfig, VolumeConfig } from '../types.ts';
import { type AppInstance, appInstances, prefixOf } from './app-instances.ts';
import { type Scope, scopeOf, withPrefix } from './scope.ts';

/**
 * A part of a config that becomes several things at once: init tasks, sidecars and volumes, with one prefix and one
 * scope. An instance of an app is one, with a primary besides, and so is everything that apps share.
 */
export interface Component {
  /** Precedes the names of its parts in the pod; null: they keep their names. */
  readonly prefix: string | null;
  /** Names that the fields of its parts can refer to. */
  readonly scope: Scope;
  readonly parts: Parts;
  /** Path of the component in the config. */
  readonly path: FieldPath;
  /** App that it belongs to, or null if it is shared. */
  readonly app: AppInstance | null;
  /** Origin of its processes, or null if the config has them as they are. */
  readonly origin: OriginSpec | null;
}

export type Parts = Pick<PodConfig, 'init' | 'sidecars' | 'volumes'>;

/** A process as the config declares it; one for each instance of an app. */
export interface DeclaredProcess<Fields = ProcessConfig> {
  readonly name: string;
  readonly role: Role;
  readonly path: FieldPath;
  readonly fields: Fields;
  /** App that it belongs to, or null if it is shared. */
  readonly app: AppInstance | null;
  /** Names that its fields can refer to. */
  readonly scope: Scope;
  readonly origin: OriginSpec | null;
  /** What it is as a ready-made sidecar; null if it is none. */
  readonly made: MadeFrom | null;
  /** Its files that another process renders. */
  readonly rendered: readonly RenderedDeclaration[];
  /** What others do to it once they have rendered files anew. */
  readonly refreshes: readonly RefreshSpec[];
}

/** A file of a process that another one renders into a volume. Names are those in the pod. */
export interface RenderedDeclaration {
  /** As the process calls it. */
  readonly name: string;
  readonly by: string;
  readonly volume: string;
  /** Relative to the volume. */
  readonly path: string;
}

/** A volume as the config declares it; one for each instance of an app. */
export interface ConfiguredVolume {
  readonly name: string;
  readonly path: FieldPath;
  readonly fields: VolumeConfig;
}

/** The components of a config: the shared one beside several apps, then each instance of each app. */
export const componentsOf = (config: PodConfig): readonly Component[] => {
  const instances = appInstances(config);
  const shared: Component = {
    ...{ prefix: null, parts: config, path: [], app: null, origin: null },
    scope: scopeOf(config, instances, null),
  };
  return [
    ...(config.apps === undefined ? [] : [shared]),
    ...instances.map((app) => ({
      ...{ prefix: prefixOf(app), parts: app.parts, path: app.path, app, origin: null },
      scope: scopeOf(config, instances, app),
    })),
  ];
};

/** Init tasks and sidecars of a component. */
export const processesOf = (component: Component): readonly DeclaredProcess[] => [
  ...section(component, 'init', 'init'),
  ...section(component, 'sidecar', 'sidecars'),
];

export const volumesOf = ({ prefix, parts, path }: Component): readonly ConfiguredVolume[] =>
  Object.entries<VolumeConfig>(parts.volumes ?? {}).map(([local, fields]) => ({
    name: withPrefix(prefix, local),
    path: [...path, 'volumes', local],
    fields,
  }));

const section = (
  { prefix, scope, parts, path, app, origin }: Component,
  role: Role,
  key: 'init' | 'sidecars',
): readonly DeclaredProcess[] =>
  Object.entries<ProcessConfig | ExpandedProcess>(parts[key] ?? {}).map(([local, fields]) => {
    const made = 'readyMade' in fields ? fields.readyMade : null;
    return {
      ...{ name: withPrefix(prefix, local), role, path: [...path, key, local], fields },
      ...{ app, scope, origin: made?.origin ?? origin, made, rendered: [], refreshes: [] },
    };
  });
