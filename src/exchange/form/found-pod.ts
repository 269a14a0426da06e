import type { Loss } from './losses.ts';
import type { Template } from './template.ts';

/** A field's value as it is written to the config. */
export type Value =
  | string
  | number
  | boolean
  | null
  | RegExp
  /** Text with references: a string, or a function of the wiring if a string cannot express it. */
  | Template
  | readonly Value[]
  | Fields;

export interface Fields {
  readonly [field: string]: Value | undefined;
}

/** A dependency between two processes, by their names in the source. */
export interface FoundDependency {
  readonly process: string;
  /** Condition, or undefined for the default of the dependency. */
  readonly condition?: 'started' | 'ready' | 'completed' | undefined;
  readonly restart?: boolean | undefined;
  readonly required?: boolean | undefined;
}

export interface FoundProcess {
  /** Name in the source; the config gets a DNS label made from it. */
  readonly name: string;
  /** Name of its container, where that is another one and others may have the same. */
  readonly containerName?: string | undefined;
  /** Comment lines above the process. */
  readonly comments: readonly string[];
  /** Fields in the order in which they are written, without `dependsOn`. */
  readonly fields: Fields;
  readonly dependsOn: readonly FoundDependency[];
  /** True if it ends when its work is done: its dependents wait for that. */
  readonly runsOnce: boolean;
  /**
   * True if it stands for itself, as a service of a project: instances of an app share it, and as an app it waits for its
   * dependencies alone, and not for every sidecar if it has none.
   */
  readonly isIndependent?: boolean;
  /** Folder of the user's code that it runs, as seen from its source; other sources may run the same code. */
  readonly code?: string | undefined;
  /** True for a compiler that watches and others that serve nothing, where the command does not say so. */
  readonly helps?: boolean;
  /** True for a program that uses nothing of its source's folder. */
  readonly isAnywhere?: boolean;
  /** App that it belongs to, by its name in the source. Not set for one that all share. */
  readonly app?: string | undefined;
  /**
   * Why it can run only in a container: `fields` then have its image. An idle one is only there for somebody to enter it;
   * one that stays is kept on a machine without a container engine, too.
   */
  readonly container?:
    | { readonly because: string; readonly isIdle?: boolean; readonly stays?: boolean }
    | undefined;
}

/** The neutral form of every format: the content of one source, or of several together. */
export interface FoundPod {
  /** Path of the file, for messages. */
  readonly source: string;
  readonly name?: string | undefined;
  /** `env`, `envFile`, `volumes` and `stop` of the pod. */
  readonly fields: Fields;
  /** Volumes that only one of several apps has, by its name. */
  readonly ownVolumes?: ReadonlyMap<string, Fields>;
  readonly processes: readonly FoundProcess[];
  /** Names of the apps that the source names as such. Without any, the most likely app is chosen. */
  readonly apps: readonly string[];
  readonly losses: readonly Loss[];
  /** Differences between the meaning of the source and of the config, one sentence each. */
  readonly remarks: readonly string[];
}
