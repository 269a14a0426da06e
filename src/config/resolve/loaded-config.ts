import type { PodConfig } from '../types.ts';

/** A config that breaks no rule, with its functions and references still in it. */
export interface LoadedConfig {
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
  /** The pod's. */
  readonly name: string;
  readonly config: PodConfig;
  /** What the pod's env files hold: part of what `env` means in the config. */
  readonly fileEnv: Readonly<Record<string, string>>;
  /** What the env files of apps hold, by app. */
  readonly appFileEnv: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
