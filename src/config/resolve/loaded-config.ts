import type { PodConfig } from '../types.ts';

/** A config that breaks no rule, with its functions and references still in it. */
export interface LoadedConfig {
  readonly file: string;
  /** Absolute path. */
  readonly folder: string;
  /** Name of the pod. */
  readonly name: string;
  readonly config: PodConfig;
  /** Variables of the pod's env files, which are part of `env` in the config. */
  readonly fileEnv: Readonly<Record<string, string>>;
  /** Variables of the apps' env files, by app. */
  readonly appFileEnv: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the file of another tool says and this pod does not do, one line each with the file's name. A config of its own has none. */
  readonly leftOut: readonly string[];
  /**
   * True if an `auto` port with a target gets the target's number where that is free: whoever runs a manifest looks for it
   * there.
   */
  readonly prefersTargets: boolean;
}
