import type { SymbolicPod } from '../../config/resolve/symbolic/resolve-symbolically.ts';
import type { SymbolicNumber, SymbolicText } from '../../config/resolve/symbolic/symbols.ts';
import type { Loss } from '../form/losses.ts';

export const KINDS = ['deployment', 'statefulset', 'pod', 'job'] as const;

export type Kind = (typeof KINDS)[number];

export interface ExportOptions {
  readonly kind: Kind;
  /** Images by process, for those that have none in the config. */
  readonly images: ReadonlyMap<string, string>;
  /** Image of ready-made sidecars, with their programs; null: none. */
  readonly sidecarImage: string | null;
}

/** A manifest, as the object that its YAML says. */
export type Manifest = Readonly<Record<string, unknown>>;

export type Exported =
  | { readonly ok: true; readonly manifests: readonly Manifest[]; readonly losses: readonly Loss[] }
  /** What has to be changed before anything can be exported, one line each. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Fields in which no symbol ever stands. */
type Plain = 'name' | 'primary' | 'instance' | 'process' | 'volume' | 'signal' | 'image' | 'user';

type Named<Value> = Value extends SymbolicText | SymbolicNumber | RegExp
  ? Value
  : Value extends ReadonlyMap<infer Key, infer Inner>
    ? ReadonlyMap<Key, Named<Inner>>
    : Value extends object
      ? {
          readonly [Key in keyof Value]: Key extends Plain
            ? Exclude<Value[Key], SymbolicText | SymbolicNumber>
            : Named<Value[Key]>;
        }
      : Value;

/** The symbolic pod, in which names are texts. */
export type Pod = Named<SymbolicPod['pod']>;

export type Process = Pod['processes'] extends ReadonlyMap<string, infer Each> ? Each : never;

/** An object without the fields that are undefined, and without empty lists and objects. */
export const compact = (fields: Readonly<Record<string, unknown>>): Manifest =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && !isEmpty(value)));

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
