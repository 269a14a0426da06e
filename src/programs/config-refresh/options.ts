/** Milliseconds. */
type Time = number;

/** A line for the shell, or words that run directly. */
export type CommandOptions = { readonly shell: string } | { readonly words: readonly string[] };

export type SourceFormat = 'json' | 'yaml' | 'env' | 'text';

export interface SourceFields {
  /** `null`: as the name of what is read ends, or as the answer says. */
  readonly parse: SourceFormat | null;
  readonly interval: Time;
  readonly timeout: Time;
}

export interface EtcdOptions {
  readonly url: string;
  readonly key: string;
  readonly prefix: boolean;
  readonly username: string | null;
  readonly password: string | null;
}

export interface ConsulOptions {
  readonly url: string;
  readonly key: string;
  readonly prefix: boolean;
  readonly token: string | null;
  readonly datacenter: string | null;
  readonly wait: Time;
}

export interface VaultOptions {
  /** `null`: the variable `VAULT_ADDR`. */
  readonly url: string | null;
  readonly mount: string;
  readonly path: string;
  /** `null`: the variable `VAULT_TOKEN`. */
  readonly token: string | null;
  readonly namespace: string | null;
}

export interface GitOptions {
  readonly url: string;
  readonly ref: string;
  readonly path: string;
}

/** A source. Paths are absolute. */
export type SourceOptions = SourceFields &
  (
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'dir'; readonly path: string }
    | { readonly kind: 'url'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
    | ({ readonly kind: 'etcd' } & EtcdOptions)
    | ({ readonly kind: 'consul' } & ConsulOptions)
    | ({ readonly kind: 'vault' } & VaultOptions)
    | { readonly kind: 'exec'; readonly command: CommandOptions }
    | ({ readonly kind: 'git' } & GitOptions)
  );

export interface FileOptions {
  /** The template, or the absolute path of a file with it. */
  readonly template: { readonly text: string } | { readonly file: string };
  /** Absolute path of the volume. */
  readonly volume: string;
  /** Path within it, with `/`. */
  readonly path: string;
  /** Permission bits. */
  readonly perms: number;
  readonly check: CommandOptions | null;
}

/** What the program does itself for a new content; what concerns processes is the supervisor's. */
export type ActionOptions =
  | { readonly kind: 'exec'; readonly command: CommandOptions }
  | { readonly kind: 'http'; readonly url: string };

/** How often and how late what has failed is tried again. */
export interface RetryOptions {
  readonly backoff: Time;
  readonly maxBackoff: Time;
  /** `null`: for ever. */
  readonly attempts: number | null;
}

/** The options of the program, as its ready-made sidecar writes them. */
export interface ConfigRefreshProgramOptions {
  /** `host:port`. */
  readonly admin: string;
  /** Absolute path that commands run in. */
  readonly folder: string;
  readonly sources: Readonly<Record<string, SourceOptions>>;
  readonly files: readonly FileOptions[];
  readonly wait: { readonly min: Time; readonly max: Time };
  readonly action: ActionOptions | null;
  readonly splay: Time;
  readonly onError: 'keep' | 'fail';
  readonly errorOnMissingKey: boolean;
  readonly retry: RetryOptions;
}
