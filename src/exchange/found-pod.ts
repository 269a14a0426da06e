import type { Template } from './template.ts';

/** A field's value as it is going to stand in the config. */
export type Value =
  | string
  | number
  | boolean
  | null
  | RegExp
  /** Text with references in it: a string, or a function of the wiring where a string cannot say it. */
  | Template
  | readonly Value[]
  | Fields;

export interface Fields {
  readonly [field: string]: Value | undefined;
}

/** What was meant to wait for what, by the names of the source. */
export interface FoundDependency {
  readonly process: string;
  /** Undefined: the default of whatever it depends on. */
  readonly condition?: 'started' | 'ready' | 'completed' | undefined;
  readonly restart?: boolean | undefined;
  readonly required?: boolean | undefined;
}

export interface FoundProcess {
  /** As the source has it; the config gets a DNS label made of it. */
  readonly name: string;
  /** Each a line above the process. */
  readonly comments: readonly string[];
  /** In the order in which they are written, without `dependsOn`. */
  readonly fields: Fields;
  readonly dependsOn: readonly FoundDependency[];
  /** It is over when it has done its work: what waits for it waits for its end. */
  readonly runsOnce: boolean;
  /** It runs the code of this very folder, which other sources may run as well. */
  readonly isOwnCode?: boolean;
}

/** What one source file gave. */
export interface FoundPod {
  /** Its path, as people are told of it. */
  readonly source: string;
  readonly name?: string | undefined;
  /** `env`, `envFile` and `volumes` of the pod. */
  readonly fields: Fields;
  readonly processes: readonly FoundProcess[];
  /** Its own name of the process that is most likely the app. */
  readonly primary: string | null;
  /** What could not be carried over and why, a sentence each. */
  readonly leftOut: readonly string[];
  /** Where the source means something else than the config, and what to know about it. */
  readonly remarks: readonly string[];
}
