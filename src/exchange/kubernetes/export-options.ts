import type { Images } from '../export/images.ts';
import type { Loss } from '../form/losses.ts';

export const KINDS = ['deployment', 'statefulset', 'pod', 'job'] as const;

export type Kind = (typeof KINDS)[number];

export interface ExportOptions extends Images {
  readonly kind: Kind;
}

/** A manifest, as the object that its YAML says. */
export type Manifest = Readonly<Record<string, unknown>>;

export type Exported =
  | { readonly ok: true; readonly manifests: readonly Manifest[]; readonly losses: readonly Loss[] }
  /** What has to be changed before anything can be exported, one line each. */
  | { readonly ok: false; readonly problems: readonly string[] };
