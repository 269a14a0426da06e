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
  /** Comment lines above the process. */
  readonly comments: readonly string[];
  /** Fields in the order in which they are written, without `dependsOn`. */
  readonly fields: Fields;
  readonly dependsOn: readonly FoundDependency[];
  /** True if it ends when its work is done: its dependents wait for that. */
  readonly runsOnce: boolean;
  /** True if it runs the code of this very folder, which other sources may run as well. */
  readonly isOwnCode?: boolean;
}

/** The content of one source file. */
export interface FoundPod {
  /** Path of the file, for messages. */
  readonly source: string;
  readonly name?: string | undefined;
  /** `env`, `envFile` and `volumes` of the pod. */
  readonly fields: Fields;
  readonly processes: readonly FoundProcess[];
  /** Name, in the source, of the process that is most likely the app. */
  readonly primary: string | null;
  /** Losses: what could not be carried over, and why, one sentence each. */
  readonly leftOut: readonly string[];
  /** Differences between the meaning of the source and of the config, one sentence each. */
  readonly remarks: readonly string[];
}
