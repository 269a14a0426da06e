import type { PrimaryConfig } from '../types.ts';
import type { DeclaredProcess } from './component.ts';

/** A process without functions and references. */
export type FilledProcess = DeclaredProcess<Filled<PrimaryConfig>>;

type Filled<T> = T extends string | RegExp
  ? T
  : T extends (...args: never[]) => unknown
    ? never
    : T extends object
      ? { readonly [Key in keyof T]: Filled<T[Key]> }
      : T;
