import type { LaunchSpec, ProcessSpec } from './pod-spec.ts';

/** The effect of a reload on each process: those of the new spec in start order, then those that leave. */
export type ReloadPlan = readonly ReloadEntry[];

export interface ReloadEntry {
  readonly process: string;
  readonly action: ReloadAction;
  readonly because: readonly ReloadCause[];
}

/** `update`: the change is applied without a restart. */
export type ReloadAction = 'start' | 'restart' | 'stop' | 'update' | 'keep';

export type ReloadCause =
  | { readonly kind: 'new' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'enabled' }
  | { readonly kind: 'disabled' }
  /** Changed fields of its spec. */
  | { readonly kind: 'changed'; readonly fields: readonly ChangedField[] }
  /** Files are replaced while it runs, and then the signals are sent, usually one or none. */
  | {
      readonly kind: 'files-replaced';
      readonly files: readonly string[];
      readonly signals: readonly string[];
    }
  /** A process that it depends on has other ports. */
  | { readonly kind: 'ports-of'; readonly process: string }
  | { readonly kind: 'volume-moved'; readonly volume: string }
  | { readonly kind: 'restarts-with'; readonly process: string };

export type ChangedField = keyof ProcessSpec | keyof LaunchSpec | 'envFile';
