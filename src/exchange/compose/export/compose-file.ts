import type { Images } from '../../export/images.ts';
import type { Loss } from '../../form/losses.ts';

export interface ComposeOptions extends Images {
  /** Folder of the config, as seen from the Compose file: `.`, `..` … */
  readonly folder: string;
  /** Processes that are left out, whatever starts them: they do not become services that are started by hand. */
  readonly leftOut: ReadonlySet<string>;
}

export type Data = Readonly<Record<string, unknown>>;

/** Its variables stand apart, because services have many in common. */
export type Service = Data & { readonly environment: Readonly<Record<string, string>> };

/** What a Compose file says, in the order in which it says it. */
export interface ComposeFile {
  /** Lines above it. */
  readonly comments: readonly string[];
  readonly name: string;
  /** Services that are the primaries: only sidecarctl asks. */
  readonly apps: readonly string[];
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Data;
  readonly configs: Data;
  readonly secrets: Data;
}

export type Exported =
  | {
      readonly ok: true;
      readonly file: ComposeFile;
      readonly losses: readonly Loss[];
      /** What an image has to have, or whoever starts the services has to say. */
      readonly assumptions: readonly Loss[];
    }
  /** What has to be changed before anything can be exported, one line each. */
  | { readonly ok: false; readonly problems: readonly string[] };
